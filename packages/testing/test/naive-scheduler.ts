import {
  LifecycleError,
  type RecurringJob,
  type Scheduler,
  type SchedulerCapabilities,
  type SchedulerHandlers,
  type Timer,
  type WriteOptions,
} from "@callboard/core/adapter";
import { NaiveEngine, type NaiveTransaction } from "./naive-engine.js";
import type { Faults } from "./naive-faults.js";
import { naiveLimiters } from "./naive-limiters.js";
import { NaiveTimetables } from "./naive-timetables.js";
import { NaiveWakeUps } from "./naive-wake-ups.js";

export type { Faults } from "./naive-faults.js";

/** The engine that others are on too, and whose transactions it joins. `null`: there is none beyond this process. */
interface Options {
  readonly engine: NaiveEngine | null;
}

/** A scheduler that looks at its engine and at every job each 10 ms: right, save for its faults. */
export function naiveScheduler(faults: Faults = {}, { engine }: Options = { engine: null }): Scheduler {
  return new NaiveScheduler(faults, engine);
}

class NaiveScheduler implements Scheduler<NaiveTransaction> {
  readonly capabilities: SchedulerCapabilities;
  readonly #engine: NaiveEngine;
  readonly #wakeUps: NaiveWakeUps;
  readonly #timetables: NaiveTimetables;
  readonly #running = new Set<Promise<void>>();
  readonly #joins: boolean;
  #handlers: SchedulerHandlers | null = null;
  #timer: Timer | null = null;
  #starts = 0;
  #stops = 0;

  constructor(
    private readonly faults: Faults,
    shared: NaiveEngine | null,
  ) {
    this.#engine = (!faults.isAlone && shared) || new NaiveEngine();
    this.#wakeUps = new NaiveWakeUps(this.#engine, faults);
    this.#timetables = new NaiveTimetables(this.#engine, faults);
    this.#joins = shared !== null;
    const counters = faults.countsAlone ? new Map<string, number>() : this.#engine.counters;
    this.capabilities = {
      transactionalWake: faults.saysItIsTransactional ?? this.#joins,
      wakesOtherProcesses: this.#joins,
      sharedPacing: this.#joins && !faults.saysNothingOfPacing ? naiveLimiters(counters, faults) : null,
    };
  }

  async start(handlers: SchedulerHandlers): Promise<void> {
    const { faults } = this;
    if (this.#handlers && !faults.startsTwice) throw new LifecycleError("Started already.");
    if (faults.startsOnlyWhenUp) this.#refuseWhenDown();
    this.#starts += 1;
    if (faults.startsOnce && this.#starts > 1) return;
    this.#handlers = handlers;
    if (faults.startForgets) this.#engine.wakeUps.length = 0;
    this.#timetables.start(handlers.clock.now());
    this.#look();
  }

  async wake(
    ids: readonly string[],
    at: Date,
    { transaction }: WriteOptions<NaiveTransaction> = {},
  ): Promise<void> {
    const { faults } = this;
    if (faults.throwsWithoutIds && ids.length === 0) throw new Error("No ids.");
    if (faults.throwsBeforeStart && !this.#handlers) throw new Error("Not started.");
    if (faults.waitsWhileDown && this.#engine.isDown) return new Promise(() => {});
    this.#refuseWhenDown();
    const nowMs = this.#handlers?.clock.now().getTime() ?? 0;
    if (transaction === undefined) this.#wakeUps.add(ids, at.getTime(), nowMs);
    else this.#wakeUps.addWithin(this.#joins ? transaction : null, ids, at.getTime());
  }

  async every(job: RecurringJob): Promise<void> {
    this.#timetables.set(job, this.#handlers?.clock.now() ?? null);
  }

  async ping(): Promise<void> {
    if (this.faults.pingsOnlyWhileStarted && !this.#handlers) throw new Error("Not started.");
    if (!this.faults.pingsAnyway) this.#refuseWhenDown();
  }

  async stop({ drainMs }: { readonly drainMs: number }): Promise<void> {
    const { faults } = this;
    const { clock } = this.#handlers ?? {};
    if (faults.stopThrowsBeforeStart && this.#starts === 0) throw new Error("Not started.");
    if (faults.stopThrowsTwice && this.#stops > 0 && !clock) throw new Error("Stopped already.");
    if (faults.stopsOnlyWhenUp && this.#engine.isDown) return new Promise(() => {});
    this.#stops += 1;
    if (!faults.neverStops) this.#handlers = null;
    if (faults.stopForgets) this.#engine.wakeUps.length = 0;
    if (faults.stopEndsJobsForAll) this.#timetables.endForAll();
    if (faults.doesNotDrain || !clock) return;
    const late = new Promise<void>((resolve) => void clock.setTimer(resolve, drainMs));
    await Promise.race([Promise.all(this.#running), ...(faults.drainsForEver ? [] : [late])]);
  }

  #refuseWhenDown(): void {
    if (this.#engine.isDown) throw new Error("The engine is down.");
  }

  #look(): void {
    const handlers = this.#handlers;
    if (!handlers) return;
    this.#timer?.cancel();
    this.#timer = handlers.clock.setTimer(() => this.#look(), 10);
    const { isDown, outages, wipes } = this.#engine;
    const { faults } = this;
    if (isDown || (faults.ringsNoMoreAfterOutage && outages > 0)) return;
    const nowMs = handlers.clock.now().getTime();
    if (!faults.ringsNoMoreAfterWipe || wipes === 0) this.#ring(handlers, nowMs);
    if (!faults.ticksNoMoreAfterWipe || wipes === 0) this.#tick(handlers, nowMs);
  }

  #ring(handlers: SchedulerHandlers, nowMs: number): void {
    for (const ids of this.#wakeUps.takeDue(nowMs)) {
      if (this.faults.endsAtUnreadable && ids.length === 0) this.#handlers = null;
      if (this.#handlers) this.#run(handlers, () => handlers.onWake(ids));
    }
  }

  #tick(handlers: SchedulerHandlers, nowMs: number): void {
    for (const tick of this.#timetables.takeDue(nowMs)) this.#run(handlers, () => handlers.onTick(tick));
  }

  #run({ logger }: SchedulerHandlers, handler: () => Promise<void>): void {
    const call = handler()
      .catch((err: unknown) => {
        if (!this.faults.logsNothing) logger.error({ err }, "failed");
        if (this.faults.endsAfterRejection) this.#handlers = null;
      })
      .finally(() => this.#running.delete(call));
    this.#running.add(call);
  }
}
