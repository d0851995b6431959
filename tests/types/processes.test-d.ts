import {
  createCallboard,
  defineTemplate,
  type Health,
  type HealthOptions,
  type Pause,
  type StopSignal,
  type WorkerOptions,
} from "@callboard/core";
import type { LimiterFactory, Scheduler } from "@callboard/core/adapter";
import { memoryStorage } from "@callboard/storage-memory";
import { fakeTransport, manualScheduler } from "@callboard/testing";
import { z } from "zod";
import { type Equal, holds } from "./expect-type.js";

const wiring = {
  storage: memoryStorage(),
  scheduler: manualScheduler(),
  transports: [fakeTransport("chat")],
  templates: { plain: defineTemplate({ context: z.object({}), sample: {}, body: "" }) },
} as const;
const callboard = createCallboard(wiring);

// Workers
await callboard.worker();
const ended = await callboard.worker({
  stopOn: ["SIGTERM", "SIGINT"],
  signal: new AbortController().signal,
  drainMs: 1_000,
});
holds<Equal<typeof ended, void>>();
holds<Equal<keyof WorkerOptions, "stopOn" | "signal" | "drainMs">>();
holds<Equal<WorkerOptions["stopOn"], readonly StopSignal[] | undefined>>();
// @ts-expect-error nobody can listen to this signal
await callboard.worker({ stopOn: ["SIGKILL"] });
// @ts-expect-error signals come as a list
await callboard.worker({ stopOn: "SIGTERM" });
// @ts-expect-error an option of a worker has another name
await callboard.worker({ drainTimeout: 1_000 });

// Health
const health: Health = await callboard.health();
await callboard.health({ timeoutMs: 500, lateMs: 10_000 } satisfies HealthOptions);
holds<Equal<Health["status"], "ok" | "degraded" | "failing">>();
holds<Equal<Health["problems"], readonly string[]>>();
holds<Equal<Health["oldestDueMs"], number | null>>();
holds<Equal<Health["lastSweepMs"], number | null>>();
holds<Equal<Health["paused"], readonly Pause[]>>();
holds<Equal<Health["scheduler"], Health["storage"]>>();
// @ts-expect-error there is no such status
health.status === "down";
// @ts-expect-error what was found is not to be changed
health.problems.push("");
// @ts-expect-error a health check has no such option
await callboard.health({ timeout: 500 });

// What engines say of themselves
holds<Equal<keyof Scheduler["capabilities"], "transactionalWake" | "wakesOtherProcesses" | "sharedPacing">>();
holds<Equal<Scheduler["capabilities"]["sharedPacing"], LimiterFactory | null>>();
const { capabilities, ...mute } = manualScheduler();
// @ts-expect-error a scheduler tells what it can do
createCallboard({ ...wiring, scheduler: mute });
// @ts-expect-error a limiter is made by a function, for each kind of limit
createCallboard({ ...wiring, scheduler: { ...mute, capabilities: { ...capabilities, sharedPacing: true } } });
