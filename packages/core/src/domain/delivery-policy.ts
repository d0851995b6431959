import type { FailureClass } from "./failure.js";

/** When to give up. */
export interface RetryLimits {
  /** How often the provider may answer "no, but try again". @default 10 */
  readonly maxAttempts: number;
  /** A notification that still fails this long after it was due is given up. In ms. @default 259_200_000 (72 h) */
  readonly maxAgeMs: number;
}

/** How hard, how long and how fast Callboard tries. Durations in milliseconds. */
export interface DeliveryPolicy extends RetryLimits {
  /** Other limits for failures of one class, whose every attempt counts. @default none */
  readonly classes: { readonly [Class in Retried]?: Partial<RetryLimits> } & {
    readonly [Class in Exclude<FailureClass, Retried>]?: never;
  };
  /** The first wait is a random time up to this; each following one up to twice as long. @default 10_000 */
  readonly baseDelayMs: number;
  /** No wait of a `retry` and no pause is longer, a provider's Retry-After included. @default 3_600_000 (1 h) */
  readonly maxDelayMs: number;
  /** A wait for `retry-later` when the provider names no time. @default 86_400_000 (24 h) */
  readonly laterDelayMs: number;
  /** So many workers may die while they hold the same notification. @default 5 */
  readonly maxCrashes: number;
  /** How long an uncertain send waits for a receipt. @default 120_000 */
  readonly uncertainWaitMs: number;
  /** How long a channel or template is paused when the provider names no time. @default 60_000 */
  readonly pauseMs: number;
  /** How long people are skipped after the provider said that their address cannot be reached. @default 86_400_000 (24 h) */
  readonly unreachableMs: number;
}

type Retried = "retry" | "retry-later";

export const defaultDeliveryPolicy: DeliveryPolicy = {
  maxAttempts: 10,
  maxAgeMs: 259_200_000,
  classes: {},
  baseDelayMs: 10_000,
  maxDelayMs: 3_600_000,
  laterDelayMs: 86_400_000,
  maxCrashes: 5,
  uncertainWaitMs: 120_000,
  pauseMs: 60_000,
  unreachableMs: 86_400_000,
};
