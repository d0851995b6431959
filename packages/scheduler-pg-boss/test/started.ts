import type { Scheduler } from "@callboard/core/adapter";
import { recordingLogger } from "@callboard/testing";
import { realTime } from "@callboard/testing/conformance";

/** Starts a scheduler and keeps what it rings for. */
export async function started(scheduler: Scheduler<never>) {
  const logger = recordingLogger();
  const rings: (readonly string[])[] = [];
  const ticks: { readonly job: string; readonly slot: Date }[] = [];
  await scheduler.start({
    clock: realTime,
    logger,
    onWake: async (ids) => void rings.push(ids),
    onTick: async (tick) => void ticks.push(tick),
  });
  return { rings, ticks, logger, stop: () => scheduler.stop({ drainMs: 0 }) };
}
