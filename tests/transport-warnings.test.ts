import { createCallboard } from "@callboard/core";
import { inProcessScheduler } from "@callboard/scheduler-in-process";
import { memoryStorage } from "@callboard/storage-memory";
import { fakeTransport, recordingLogger } from "@callboard/testing";
import { expect, test } from "vitest";

test("start() logs what transports find unwise about how they are set up, once for each start", async () => {
  const logger = recordingLogger();
  const warnings = (now: Date) => (now.getTime() > 0 ? ["Version 1 ends soon. Set version to 2."] : []);
  const callboard = createCallboard({
    storage: memoryStorage(),
    scheduler: inProcessScheduler(),
    transports: [{ ...fakeTransport("chat"), warnings }, fakeTransport("sms")],
    templates: {},
    logger,
  });
  expect(logger.entries).toEqual([]);
  await callboard.start();
  await callboard.stop();
  const warned = logger.entries.filter(({ level }) => level === "warn");
  expect(warned).toEqual([
    { level: "warn", fields: { channel: "chat" }, message: "Version 1 ends soon. Set version to 2." },
  ]);
});
