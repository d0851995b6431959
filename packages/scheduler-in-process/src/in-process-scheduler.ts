import { InFlight, LifecycleError, type Scheduler, type Timetable } from "@callboard/core/adapter";
import { Ticks } from "./ticks.js";
import { WakeUps } from "./wake-ups.js";

/** Between a host's last write and its commit; a ring before the commit finds no rows. */
const commitDelayMs = 250;

/** What lives from one `start` to its `stop`. */
interface Running {
  readonly wakeUps: WakeUps;
  readonly ticks: Ticks;
  readonly inFlight: InFlight;
}

/**
 * Rings on the timers of this process. Remembers nothing beyond it: what is asked for before `start`, after `stop` or
 * in a process that dies is found by the sweep.
 *
 * A wake-up with a transaction rings 250 ms later, since nobody sees its rows before the commit. At most 10,000
 * ids wait for a time to come; beyond that the latest are left to the sweep.
 */
export function inProcessScheduler(): Scheduler {
  /** Kept over `stop`, so that a scheduler that is started again goes on. */
  const timetables = new Map<string, Timetable>();
  let running: Running | null = null;

  return {
    capabilities: { transactionalWake: false, wakesOtherProcesses: false, sharedPacing: null },

    async start(handlers) {
      if (running) {
        throw new LifecycleError(
          "The scheduler has been started already. Call stop() before starting it again.",
        );
      }
      const inFlight = new InFlight(handlers);
      const ticks = new Ticks(handlers, inFlight);
      running = { wakeUps: new WakeUps(handlers, inFlight), ticks, inFlight };
      for (const [name, timetable] of timetables) ticks.set(name, timetable);
    },

    async wake(ids, at, { transaction } = {}) {
      running?.wakeUps.add(ids, at, { leastDelayMs: transaction === undefined ? 0 : commitDelayMs });
    },

    async every({ name, timetable }) {
      timetables.set(name, timetable);
      running?.ticks.set(name, timetable);
    },

    /** There is no engine beyond this process. */
    async ping() {},

    async stop({ drainMs }) {
      const stopped = running;
      running = null;
      stopped?.wakeUps.stop();
      stopped?.ticks.stop();
      await stopped?.inFlight.drain(drainMs);
    },
  };
}
