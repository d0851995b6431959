import type { DeliveryPolicy } from "./delivery-policy.js";

/** What a step of the state machine may look at besides the notification itself. */
export interface StepContext {
  /** The policy of the notification's own template. */
  readonly policy: DeliveryPolicy;
  readonly now: Date;
  /** 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
}
