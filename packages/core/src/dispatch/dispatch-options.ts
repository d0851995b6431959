import { InvalidOptionsError } from "../errors/invalid-options-error.js";

/** How this process works through what is due. Durations in milliseconds. */
export interface DispatchOptions {
  /** Sends in flight at once. 1–1,000. @default 50 */
  readonly concurrency: number;
  /** How long a claim holds without a heartbeat; a crashed worker's rows are free after it. @default 60_000 */
  readonly leaseMs: number;
  /** How often leases are renewed. At most half of `leaseMs`. @default 20_000 */
  readonly heartbeatMs: number;
  /** A send is given up as uncertain after this. At most half of `leaseMs`. @default 20_000 */
  readonly sendTimeoutMs: number;
  /**
   * A condition (`onlyIf`) that has not answered after this is asked again later. At most a quarter of `leaseMs`.
   * @default 5_000, or a quarter of `leaseMs` where that is less
   */
  readonly conditionTimeoutMs: number;
  /** How often to look for what is due or stuck, give or take a fifth. @default 5_000 */
  readonly sweepMs: number;
}

const defaults: DispatchOptions = {
  concurrency: 50,
  leaseMs: 60_000,
  heartbeatMs: 20_000,
  sendTimeoutMs: 20_000,
  conditionTimeoutMs: 5_000,
  sweepMs: 5_000,
};

/** The given options, and the defaults of the others. */
export function dispatchOptions(given: Partial<DispatchOptions> = {}): DispatchOptions {
  const leaseMs = given.leaseMs ?? defaults.leaseMs;
  const conditionTimeoutMs = Math.min(defaults.conditionTimeoutMs, longestCondition(leaseMs));
  return { ...defaults, conditionTimeoutMs, ...given };
}

/** @throws {InvalidOptionsError} A combination under which rows could be sent twice, or never. */
export function checkDispatchOptions(options: DispatchOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (!Number.isSafeInteger(value) || value < 1)
      refuse(name, `must be a whole number of at least 1, not ${value}.`);
  }
  if (options.concurrency > 1_000)
    refuse("concurrency", "must be at most 1,000; start more processes instead.");
  if (options.heartbeatMs > options.leaseMs / 2) {
    refuse("heartbeatMs", "must be at most half of leaseMs, so that one late heartbeat loses no lease.");
  }
  if (options.sendTimeoutMs > options.leaseMs / 2) {
    refuse("sendTimeoutMs", "must be at most half of leaseMs, so that a send ends before its lease does.");
  }
  if (options.conditionTimeoutMs > longestCondition(options.leaseMs)) {
    refuse("conditionTimeoutMs", "must be at most a quarter of leaseMs, so that there is time left to send.");
  }
}

/** A quarter, so that the send fits into what is left. */
function longestCondition(leaseMs: number): number {
  return Math.max(1, Math.floor(leaseMs / 4));
}

function refuse(name: string, problem: string): never {
  throw new InvalidOptionsError(`createCallboard({ dispatch: { ${name} } })`, problem);
}
