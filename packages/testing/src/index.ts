/** Doubles, for the tests of hosts and of adapters. */
export { type FakeTransport, type FakeTransportOptions, fakeTransport } from "./fake-transport.js";
export { type ManualScheduler, manualScheduler, type Wake } from "./manual-scheduler.js";
export { type LogEntry, type RecordingLogger, recordingLogger } from "./recording-logger.js";
export { type TestClock, testClock } from "./test-clock.js";
