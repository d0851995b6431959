import { InvalidOptionsError } from "../errors/invalid-options-error.js";
import type { WakeUps } from "../queue/wake-ups.js";
import type { Runtime } from "../runtime.js";

/** When a recurring job runs, and what it does. */
export interface RecurringJobDefinition<Tx> {
  /** Five fields, or six with seconds first. */
  readonly cron: string;
  /** IANA name, for example `Africa/Harare`. */
  readonly timeZone: string;
  /**
   * Runs once for each slot, in whichever process comes first. Pass `transaction` to every call that takes one:
   * the job's work and the mark that it ran commit together, or not at all.
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
    if (name === "")
      throw new InvalidOptionsError("every(name)", "must not be empty; it identifies the job for ever.");
    this.#jobs.set(name, job);
    await this.runtime.scheduler.every({ name, cron: job.cron, timeZone: job.timeZone });
  }

  async tick({ job: name, slot }: { readonly job: string; readonly slot: Date }): Promise<void> {
    const job = this.#jobs.get(name);
    if (!job)
      return this.runtime.logger.warn({ job: name }, "a tick came for a job that this process does not know");
    const { recurring } = this.runtime.storage;
    await this.wakeUps.transaction(async (transaction) => {
      if (await recurring.claimSlot(name, slot, { transaction })) await job.run({ slot, transaction });
    });
  }
}
