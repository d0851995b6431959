import type { Charge } from "./charge.js";
import type { Failure } from "./notification.js";

/** What a provider reports about a message after it accepted it. */
export interface Receipt {
  readonly providerMessageId: string;
  /** The attempt's id, where the provider echoes it. Matches before the message id is stored. */
  readonly attemptId: string | null;
  /** `acknowledged`: the person pressed a reply button, and so has read it. */
  readonly status: "sent" | "delivered" | "read" | "acknowledged" | "failed";
  /** When it happened, by the provider's clock. */
  readonly occurredAt: Date;
  /** Why, when `status` is `failed`. */
  readonly failure: Failure | null;
  /** What was pressed, when `status` is `acknowledged`. @default not known */
  readonly button?: PressedButton | null;
  /** @default the provider does not say with this receipt */
  readonly charge?: Charge | null;
}

/** A reply button that a person pressed. */
export interface PressedButton {
  readonly id: string;
  readonly label: string;
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
  /** What was pressed, when `status` is `acknowledged`. */
  readonly button: PressedButton | null;
}
