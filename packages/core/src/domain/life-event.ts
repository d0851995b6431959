import type { Failure, NotificationStatus } from "./notification.js";
import type { Receipt } from "./receipt.js";

/** Everything that can happen to a notification after it was queued and claimed. */
export type LifeEvent =
  /** Its worker gives it back unsent: it is not due for `delayMs`. */
  | { readonly type: "postponed"; readonly delayMs: number; readonly failure?: Failure }
  /** The provider accepted the message; with `held`, it keeps it back for now. */
  | { readonly type: "accepted"; readonly providerMessageId: string | null; readonly held?: Failure | null }
  /** The provider refused, was not reached, or left us in the dark. */
  | ({ readonly type: "refused" } & Refusal)
  /** The worker that held it died or froze. `attemptOpen`: bytes may have left before it did. */
  | { readonly type: "lease-lost"; readonly attemptOpen: boolean }
  /** No receipt has settled an uncertain send in time. */
  | { readonly type: "wait-over" }
  /** Its time ran out before it could be sent. */
  | { readonly type: "expired" }
  /** The provider reports. */
  | { readonly type: "receipt"; readonly receipt: Receipt }
  /** It is not wanted any more. */
  | { readonly type: "cancelled" }
  /** A person has it sent once more. */
  | { readonly type: "replayed" }
  /** A person knows what became of an uncertain send. */
  | { readonly type: "resolved"; readonly as: Resolution };

/** Why a message was not taken. */
export interface Refusal {
  readonly failure: Failure;
  /** How long the provider, or its rules, ask to wait. `null`: they do not say. */
  readonly retryAfterMs: number | null;
  /** Not one byte has left: no attempt is spent. */
  readonly unsent: boolean;
}

/** `told`: the person got it. `resend`: send it once more. `give-up`: leave it. */
export type Resolution = "told" | "resend" | "give-up";

/** In which states each event means something; anywhere else it is refused. */
export const meaningfulIn: Readonly<Record<LifeEvent["type"], readonly NotificationStatus[]>> = {
  postponed: ["sending"],
  accepted: ["sending"],
  refused: ["sending"],
  "lease-lost": ["sending"],
  "wait-over": ["uncertain"],
  expired: ["pending"],
  // A person who got an earlier attempt has been told, whatever became of the notification since.
  receipt: ["pending", "sending", "uncertain", "sent", "delivered", "read", "failed", "cancelled", "expired"],
  // The condition that is asked right before sending cancels what is claimed already.
  cancelled: ["pending", "sending"],
  replayed: ["failed"],
  resolved: ["uncertain"],
};
