import { unusableName } from "../domain/storable-text.js";
import { InvalidOptionsError } from "../errors/invalid-options-error.js";
import { withinJob } from "../origin.js";
import type { WakeUps } from "../queue/wake-ups.js";
import { repeatOnConflict } from "../repeat-on-conflict.js";
import type { Runtime } from "../runtime.js";
import { SlotsAhead, type Tick } from "./slots-ahead.js";

/** When a recurring job runs, and what it does. */
export interface RecurringJobDefinition<Tx> {
  /** Five fields, or six with seconds first. */
  readonly cron: string;
  /** IANA name, for example `Africa/Harare`. */
  readonly timeZone: string;
  /**
   * Runs once for each slot, in whichever process comes first, when the slot has come by the store's clock or is less
   * than a second away. Pass `transaction` to every call that takes one: the job's work and the mark that it ran commit
   * together, or not at all. When another transaction is in the way, the database undoes both, and this runs again, up to
   * five times: what it does elsewhere then happens again.
   */
  readonly run: (tick: { readonly slot: Date; readonly transaction: Tx }) => Promise<void>;
}

/** Jobs by name. */
export class RecurringJobs<Tx> {
  readonly #jobs = new Map<string, RecurringJobDefinition<Tx>>();
  /** Replaced by each stop: what still runs then finds its own one stopped. */
  #ahead: SlotsAhead;

  constructor(
    private readonly runtime: Runtime<Tx>,
    private readonly wakeUps: WakeUps<Tx>,
  ) {
    this.#ahead = this.#slotsAhead();
  }

  async add(name: string, job: RecurringJobDefinition<Tx>): Promise<void> {
    const problem = unusableName(name);
    if (problem !== null)
      throw new InvalidOptionsError("every(name)", `${problem} It identifies the job for ever.`);
    const former = this.#jobs.get(name);
    this.#jobs.set(name, job);
    // The old timetable has ended, also for those of its slots that are still to come.
    if (former && (former.cron !== job.cron || former.timeZone !== job.timeZone)) this.#ahead.forget(name);
    await this.runtime.scheduler.every({ name, cron: job.cron, timeZone: job.timeZone });
  }

  /** A slot has come by this host's clock. One that has not come by the store's is rung for again when it has. */
  tick(tick: Tick): Promise<void> {
    return this.#tick(tick, this.#ahead);
  }

  /** Forgets the slots that are still to come by the store's clock, and waits up to `drainMs` for jobs that run. */
  async stop(drainMs: number): Promise<void> {
    const ahead = this.#ahead;
    this.#ahead = this.#slotsAhead();
    await ahead.stop(drainMs);
  }

  #slotsAhead(): SlotsAhead {
    const ahead: SlotsAhead = new SlotsAhead(this.runtime, (tick) => this.#tick(tick, ahead));
    return ahead;
  }

  async #tick(tick: Tick, ahead: SlotsAhead): Promise<void> {
    const { job: name, slot } = tick;
    const job = this.#jobs.get(name);
    if (!job)
      return this.runtime.logger.warn({ job: name }, "a tick came for a job that this process does not know");
    const { recurring } = this.runtime.storage;
    const claim = await repeatOnConflict(() =>
      this.wakeUps.transaction(async (transaction) => {
        const claim = await recurring.claimSlot(name, slot, { transaction });
        if (claim.type === "claimed") await withinJob(name, slot, () => job.run({ slot, transaction }));
        return claim;
      }),
    );
    if (claim.type === "ahead") ahead.wait(tick, claim.dueInMs);
  }
}
