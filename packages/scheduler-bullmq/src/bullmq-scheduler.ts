import { LifecycleError, type RecurringJob, type Scheduler } from "@callboard/core/adapter";
import { RateLimiterRedis } from "rate-limiter-flexible";
import { type BullmqSchedulerOptions, readOptions } from "./options.js";
import { idOf } from "./recurring.js";
import { Ringing } from "./ringing.js";
import { WakeUps } from "./wake-ups.js";

/**
 * Rings through a queue of BullMQ, in whatever process of those that share it is free. Redis holds hints and no truth:
 * when it is down, emptied or full, the sweep delivers, some seconds later.
 *
 * A wake-up with a transaction rings 250 ms later, since nobody sees its rows before the commit. Sends are counted in
 * Redis as well, so that all processes keep a sender's pace together.
 *
 * @throws {InvalidOptionsError} BullMQ could not work with these options.
 */
export function bullmqScheduler(given: BullmqSchedulerOptions): Scheduler {
  const options = readOptions(given);
  const wakeUps = new WakeUps(options);
  /** By their ids in Redis. Kept over `stop`, so that a scheduler that is started again goes on. */
  const jobs = new Map<string, RecurringJob>();
  let ringing: Ringing | null = null;

  return {
    capabilities: {
      transactionalWake: false,
      wakesOtherProcesses: true,
      sharedPacing: ({ keyPrefix, ...limits }) =>
        new RateLimiterRedis({
          storeClient: options.connection,
          rejectIfRedisNotReady: true,
          keyPrefix: `${options.prefix}:${keyPrefix}`,
          ...limits,
        }),
    },

    async start(handlers) {
      if (ringing) {
        throw new LifecycleError(
          "The scheduler has been started already. Call stop() before starting it again.",
        );
      }
      ringing = new Ringing(options, handlers, jobs);
      // Sends are counted over the host's own connection, which may wait for its first command.
      wakeUps.ping().catch(() => undefined);
    },

    async wake(ids, at, { transaction } = {}) {
      await wakeUps.add(ids, at, { isCommitted: transaction === undefined });
    },

    async every(job) {
      const id = idOf(job.name);
      jobs.set(id, job);
      ringing?.put(id);
    },

    async ping() {
      await wakeUps.ping();
      if (ringing?.fault) throw ringing.fault;
    },

    async stop({ drainMs }) {
      const stopped = ringing;
      ringing = null;
      await stopped?.stop(drainMs);
    },
  };
}
