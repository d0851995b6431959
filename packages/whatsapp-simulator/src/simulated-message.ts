/*
 * message  what the business sent to a person and the simulator accepted
 * reply    what a person wrote or pressed on a phone
 * button   something a person can press under a message
 */

/** How far a message has come. It only moves forward; `failed` comes instead of `delivered`. */
export type SimulatedStatus = "accepted" | "sent" | "delivered" | "read" | "failed";

/** A button under a message. Only `quick_reply` answers the business when pressed. */
export type SimulatedButton =
  | { readonly type: "quick_reply"; readonly text: string; readonly payload: string }
  | { readonly type: "url"; readonly text: string; readonly url: string }
  | { readonly type: "other"; readonly text: string };

/** What the person sees in the bubble, before WhatsApp's formatting marks are applied. */
export interface ShownContent {
  readonly header: string | null;
  readonly text: string;
  readonly footer: string | null;
  readonly buttons: readonly SimulatedButton[];
}

/** A message that the simulator accepted with 200. */
export interface SimulatedMessage extends ShownContent {
  /** `wamid.…`, as answered to the sender. */
  readonly id: string;
  /** E.164, with the plus sign. */
  readonly to: string;
  /** `text`, `template`, `interactive`, `image` … */
  readonly type: string;
  readonly templateName: string | null;
  /** `biz_opaque_callback_data` of the request; echoed on every status webhook. */
  readonly callbackData: string | null;
  /** Id of the message that this one quotes. */
  readonly quotedId: string | null;
  /** Answered with `held_for_quality_assessment` when it was accepted. */
  readonly isHeld: boolean;
  readonly status: SimulatedStatus;
  /** Meta's code, when `status` is `failed`. */
  readonly errorCode: number | null;
  readonly acceptedAt: Date;
  readonly sentAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly readAt: Date | null;
  readonly failedAt: Date | null;
  /** The request body as it was received. */
  readonly request: unknown;
}

/** What a person wrote or pressed. */
export interface SimulatedReply {
  readonly id: string;
  /** E.164, with the plus sign. */
  readonly from: string;
  /** `text`, `button`, `image`, `reaction` … */
  readonly type: string;
  /** As the page shows it. */
  readonly text: string;
  /** Id of the message that was answered or whose button was pressed, or null. */
  readonly quotedId: string | null;
  readonly receivedAt: Date;
  /** When the business marked it as read. */
  readonly readAt: Date | null;
}
