/** The contracts of the ports as tests: every adapter passes its suite. */
export { realTime } from "./conformance/real-time.js";
export { type Runner, runnerOf } from "./conformance/runner.js";
export type { OpenScheduler, SchedulerUnderTest } from "./conformance/scheduler/scheduler-under-test.js";
export { schedulerConformance } from "./conformance/scheduler.js";
export { storageConformance } from "./conformance/storage.js";
export type { OpenStorage, StorageUnderTest } from "./conformance/stores/stage.js";
export type { TimeControl } from "./conformance/time-control.js";
export type { TransportUnderTest } from "./conformance/transport/transport-under-test.js";
export { transportConformance } from "./conformance/transport.js";
