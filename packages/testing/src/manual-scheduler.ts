import {
  LifecycleError,
  type RecurringJob,
  type Scheduler,
  type SchedulerHandlers,
} from "@callboard/core/adapter";

export interface Wake {
  readonly ids: readonly string[];
  readonly at: Date;
  readonly transaction: unknown;
}

/** A scheduler whose bells the test rings. */
export interface ManualScheduler extends Scheduler {
  /** Every wake-up that was asked for. */
  readonly wakes: readonly Wake[];
  /** The jobs on the timetable, by name. */
  readonly jobs: ReadonlyMap<string, RecurringJob>;
  /** Rings for all wake-ups whose time has come and that it has not rung for. Rejects when the handler does. */
  ring(): Promise<void>;
  /** Rings for one slot of a job. Rejects when the handler does. */
  tick(job: string, slot: Date): Promise<void>;
}

/** Records what it is asked for, and rings only when the test says so. */
export function manualScheduler(): ManualScheduler {
  const wakes: Wake[] = [];
  const notRung = new Set<Wake>();
  const jobs = new Map<string, RecurringJob>();
  let handlers: SchedulerHandlers | null = null;

  function started(): SchedulerHandlers {
    if (!handlers) throw new LifecycleError("The scheduler is not started. Call start() before you ring.");
    return handlers;
  }

  return {
    capabilities: { transactionalWake: false, wakesOtherProcesses: false, sharedPacing: null },
    wakes,
    jobs,
    async start(given) {
      if (handlers) throw new LifecycleError("The scheduler has been started already. Call stop() first.");
      handlers = given;
    },
    async wake(ids, at, { transaction } = {}) {
      const wake = { ids, at, transaction };
      wakes.push(wake);
      notRung.add(wake);
    },
    async every(job) {
      jobs.set(job.name, job);
    },
    async ping() {},
    async stop() {
      handlers = null;
    },
    async ring() {
      const { onWake, clock } = started();
      const due = [...notRung].filter(({ at }) => at <= clock.now());
      for (const wake of due) notRung.delete(wake);
      const ids = new Set(due.flatMap((wake) => wake.ids));
      if (ids.size > 0) await onWake([...ids]);
    },
    async tick(job, slot) {
      await started().onTick({ job, slot });
    },
  };
}
