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

/** A receipt that was matched, as it is kept: once, however often the provider reports it. */
export interface KeptReceipt extends Pick<Receipt, "status" | "occurredAt"> {
  readonly notificationId: string;
  readonly attemptId: string;
  /** By the store's clock. */
  readonly receivedAt: Date;
  readonly providerCode: string | null;
  /** The provider's words about a failure. */
  readonly message: string | null;
}
