import { unusableName } from "../domain/storable-text.js";
import { InvalidOptionsError } from "../errors/invalid-options-error.js";
import type { WakeUps } from "../queue/wake-ups.js";
import { repeatOnConflict } from "../repeat-on-conflict.js";
import type { Runtime } from "../runtime.js";

/** When a recurring job runs, and what it does. */
export interface RecurringJobDefinition<Tx> {
  /** Five fields, or six with seconds first. */
  readonly cron: string;
  /** IANA name, for example `Africa/Harare`. */
  readonly timeZone: string;
  /**
   * Runs once for each slot, in whichever process comes first. Pass `transaction` to every call that takes one:
   * the job's work and the mark that it ran commit together, or not at all. When another transaction is in the way, the
   * database undoes both, and this runs again, up to five times: what it does elsewhere then happens again.
   */
  readonly run: (tick: { readonly slot: Date; readonly transaction: Tx }) => Promise<void>;
}

/** Jobs by name. */
export class RecurringJobs<Tx> {
  readonly #jobs = new Map<string, RecurringJobDefinition<Tx>>();

  constructor(
    private readonly runtime: Runtime<Tx>,
    private readonly wakeUps: WakeUps<Tx>,
  ) {}

  async add(name: string, job: RecurringJobDefinition<Tx>): Promise<void> {
    const problem = unusableName(name);
    if (problem !== null)
      throw new InvalidOptionsError("every(name)", `${problem} It identifies the job for ever.`);
    this.#jobs.set(name, job);
    await this.runtime.scheduler.every({ name, cron: job.cron, timeZone: job.timeZone });
  }

  async tick({ job: name, slot }: { readonly job: string; readonly slot: Date }): Promise<void> {
    const job = this.#jobs.get(name);
    if (!job)
      return this.runtime.logger.warn({ job: name }, "a tick came for a job that this process does not know");
    const { recurring } = this.runtime.storage;
    await repeatOnConflict(() =>
      this.wakeUps.transaction(async (transaction) => {
        if (await recurring.claimSlot(name, slot, { transaction })) await job.run({ slot, transaction });
      }),
    );
  }
}
