import type { Failure } from "./notification.js";

/** What a provider reports about a message after it accepted it. */
export interface Receipt {
  readonly providerMessageId: string;
  /** The attempt's id, where the provider echoes it. Matches before the message id is stored. */
  readonly attemptId: string | null;
  readonly status: "sent" | "delivered" | "read" | "failed";
  /** When it happened, by the provider's clock. */
  readonly occurredAt: Date;
  /** Why, when `status` is `failed`. */
  readonly failure: Failure | null;
}
