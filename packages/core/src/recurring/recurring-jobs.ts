import { unusableName } from "../domain/storable-text.js";
import { InvalidOptionsError } from "../errors/invalid-options-error.js";
import { withinJob } from "../origin.js";
import type { SlotClaim } from "../ports/recurring-store.js";
import type { RecurringJob, Timetable } from "../ports/scheduler.js";
import type { WakeUps } from "../queue/wake-ups.js";
import { repeatOnConflict } from "../repeat-on-conflict.js";
import type { Runtime } from "../runtime.js";
import { type ReadDefinition, type RecurringJobDefinition, readDefinition } from "./definition.js";
import { type MissedSlots, owedSlots } from "./owed-slots.js";
import { recurringJob } from "./recurring-job.js";
import { SlotWatch } from "./slot-watch.js";
import { SlotsAhead, type Tick } from "./slots-ahead.js";

type Job<Tx> = ReadDefinition<Tx> & {
  readonly timetable: Timetable;
  /** Since when this process knows of it. */
  readonly knownSince: Date;
};

/** Jobs by name. The scheduler rings for their slots, and the watch for those that it does not; the store picks who runs. */
export class RecurringJobs<Tx> {
  readonly #jobs = new Map<string, Job<Tx>>();
  readonly #watch: SlotWatch;
  /** Replaced by each stop: what still runs then finds its own one stopped. */
  #ahead: SlotsAhead;

  constructor(
    private readonly runtime: Runtime<Tx>,
    private readonly wakeUps: WakeUps<Tx>,
  ) {
    this.#ahead = this.#slotsAhead();
    this.#watch = new SlotWatch(runtime.clock, (tick) => this.#look(tick));
  }

  async add(name: string, given: RecurringJobDefinition<Tx>): Promise<void> {
    const problem = unusableName(name);
    if (problem !== null)
      throw new InvalidOptionsError("every(name)", `${problem} It identifies the job for ever.`);
    const { cron, timeZone } = given;
    const scheduled = recurringJob({ name, cron, timeZone });
    const { timetable } = scheduled;
    const job = { ...readDefinition(name, given), timetable, knownSince: this.runtime.clock.now() };
    const former = this.#jobs.get(name);
    this.#jobs.set(name, job);
    // The old timetable has ended, also for those of its slots that are still to come.
    if (former && (former.cron !== cron || former.timeZone !== timeZone)) this.#ahead.forget(name);
    this.#watch.set(name, timetable);
    await this.#schedule(scheduled);
  }

  start(): void {
    this.#watch.start();
  }

  /** A slot has come by this host's clock. One that has not come by the store's is rung for again when it has. */
  tick(tick: Tick): Promise<void> {
    return this.#tick(tick, this.#ahead);
  }

  /** Looks for slots no more, and waits up to `drainMs` for jobs that run. */
  async stop(drainMs: number): Promise<void> {
    this.#watch.stop();
    const ahead = this.#ahead;
    this.#ahead = this.#slotsAhead();
    await ahead.stop(drainMs);
  }

  /** An engine that is down keeps no host from starting: the watch finds the slots. */
  async #schedule(job: RecurringJob): Promise<void> {
    try {
      await this.runtime.scheduler.every(job);
    } catch (err) {
      this.runtime.logger.warn(
        { err, job: job.name },
        "the scheduler took no timetable; the job's slots are looked for every second",
      );
    }
  }

  #slotsAhead(): SlotsAhead {
    const ahead: SlotsAhead = new SlotsAhead(this.runtime, (tick) => this.#tick(tick, ahead));
    return ahead;
  }

  #look(tick: Tick): void {
    const ahead = this.#ahead;
    ahead.run(tick, () => this.#tick(tick, ahead, { isLook: true }));
  }

  async #tick(tick: Tick, ahead: SlotsAhead, { isLook = false } = {}): Promise<void> {
    const job = this.#jobs.get(tick.job);
    if (!job)
      return this.runtime.logger.warn(
        { job: tick.job },
        "a tick came for a job that this process does not know",
      );
    const run = () => this.wakeUps.transaction((transaction) => this.#claim(tick, job, transaction, isLook));
    const claim = await this.#watch.during(tick, () => repeatOnConflict(run));
    if (claim?.type === "ahead") waitFor(tick, claim.dueInMs, job, ahead);
  }

  async #claim(
    { job: name, slot }: Tick,
    job: Job<Tx>,
    transaction: Tx,
    isLook: boolean,
  ): Promise<SlotClaim> {
    const claim = await this.runtime.storage.recurring.claimSlot(name, slot, { transaction });
    if (claim.type !== "claimed") return claim;
    // A job that is new begins with the slots to come. The mark stays, so that from now on none of them is lost.
    const isBeforeTheFirst = isLook && claim.previous === null && slot <= job.knownSince;
    if (!isBeforeTheFirst) await this.#runOwed({ job: name, slot }, job, claim, transaction);
    return claim;
  }

  async #runOwed(
    { job: name, slot: latest }: Tick,
    job: Job<Tx>,
    { previous, lateMs }: SlotClaim & { readonly type: "claimed" },
    transaction: Tx,
  ): Promise<void> {
    const hostLateMs = this.runtime.clock.now().getTime() - latest.getTime();
    const { run, missed } = owedSlots({
      ...job,
      after: previous ?? new Date(Math.min(job.knownSince.getTime(), latest.getTime() - 1)),
      slot: latest,
      // Late by both clocks: neither a host whose clock is fast nor one whose clock is slow takes slots from a job.
      lateMs: Math.min(lateMs, hostLateMs),
    });
    for (const slot of run) await withinJob(name, slot, () => job.run({ slot, transaction }));
    if (missed) this.wakeUps.afterCommit(() => this.#tellMissed(name, missed), { transaction });
  }

  #tellMissed(job: string, missed: MissedSlots): void {
    const { logger, lifecycle } = this.runtime;
    logger.warn({ job, ...missed }, "slots of a recurring job were missed: no process ran them in time");
    lifecycle.emit("job.missed", { job, ...missed });
  }
}

/** The slot, and the one that is next by the store's clock: a host whose clock is fast does not know of that by itself. */
function waitFor(
  tick: Tick,
  dueInMs: number,
  { timetable }: { timetable: Timetable },
  ahead: SlotsAhead,
): void {
  ahead.wait(tick, dueInMs);
  const storesNowMs = tick.slot.getTime() - dueInMs;
  const next = timetable.nextAfter(new Date(storesNowMs));
  if (next && next < tick.slot) ahead.wait({ job: tick.job, slot: next }, next.getTime() - storesNowMs);
}
