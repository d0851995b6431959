import { InvalidOptionsError } from "../errors/invalid-options-error.js";

/** When a recurring job runs, and what it does. */
export interface RecurringJobDefinition<Tx> {
  /** Five fields, or six with seconds first. */
  readonly cron: string;
  /**
   * IANA name, for example `Africa/Harare`. On the day that the clock goes forward, a time of day that is skipped runs
   * when the clock has jumped; on the day that it goes back, one that comes twice runs once.
   */
  readonly timeZone: string;
  /**
   * Runs once for each slot, in whichever process comes first, when the slot has come by the store's clock or is less
   * than a second away. Pass `transaction` to every call that takes one: the job's work and the mark that it ran commit
   * together, or not at all. When another transaction is in the way, the database undoes both, and this runs again, up to
   * five times: what it does elsewhere then happens again. When it fails, it runs again after 2 seconds, and after twice
   * as long each time, up to 5 minutes, until the slot is `maxLatenessMs` late.
   */
  readonly run: (tick: { readonly slot: Date; readonly transaction: Tx }) => Promise<void>;
  /**
   * What to do about slots that came while no process ran them: run the `latest` alone, run `all` of them, oldest first
   * and in one transaction, the last 1,000 at most, or run `none` that is more than a minute late. Those that do not run
   * are told of by the event `job.missed`. @default "latest"
   */
  readonly catchUp?: CatchUp;
  /** A slot that is later than this does not run any more. In ms, at least 60,000; not with `none`. @default 3_600_000 */
  readonly maxLatenessMs?: number;
}

export type CatchUp = "latest" | "all" | "none";

/** A restart, or a process that was busy, is no reason to miss a slot. */
const leastLatenessMs = 60_000;

/** A definition with its defaults. */
export type ReadDefinition<Tx> = RecurringJobDefinition<Tx> & {
  readonly catchesUpAll: boolean;
  readonly maxLatenessMs: number;
};

/** @throws {InvalidOptionsError} Names the option and the cure. */
export function readDefinition<Tx>(name: string, given: RecurringJobDefinition<Tx>): ReadDefinition<Tx> {
  const { catchUp = "latest", maxLatenessMs } = given;
  const refuse = (option: string, problem: string) =>
    new InvalidOptionsError(`every(${JSON.stringify(name)}).${option}`, problem);
  if (!["latest", "all", "none"].includes(catchUp))
    throw refuse("catchUp", `"${catchUp}" is none of "latest", "all" and "none".`);
  if (catchUp === "none" && maxLatenessMs !== undefined)
    throw refuse("maxLatenessMs", 'is a minute with catchUp "none". Leave it out, or use "latest".');
  if (
    maxLatenessMs !== undefined &&
    !(Number.isSafeInteger(maxLatenessMs) && maxLatenessMs >= leastLatenessMs)
  )
    throw refuse("maxLatenessMs", `must be a whole number of at least 60,000, not ${maxLatenessMs}.`);
  return {
    ...given,
    catchesUpAll: catchUp === "all",
    maxLatenessMs: catchUp === "none" ? leastLatenessMs : (maxLatenessMs ?? 3_600_000),
  };
}
