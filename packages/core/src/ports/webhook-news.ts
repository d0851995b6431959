import type { ChannelTemplateNews } from "../domain/channel-template.js";
import type { Receipt } from "../domain/receipt.js";
import type { ContactIdentity, ContactMove, ContactPreference } from "./contact-store.js";
import type { UnreadPiece } from "./webhook-store.js";

/** What one webhook request says. */
export interface WebhookReading extends WebhookNews {
  /** Sent only after the rest has been stored. */
  readonly answer: Response;
  /** What was verified, for `rereadWebhook`. @default there is nothing to read again */
  readonly body?: string;
}

/** News of a provider. Lists that are left out are empty. */
export interface WebhookNews {
  /** What became of messages; a pressed reply button is one, too. */
  readonly receipts: readonly Receipt[];
  /** People who wrote to us. */
  readonly inbound: readonly InboundMessage[];
  readonly preferences?: readonly Omit<ContactPreference, "channel">[];
  readonly moves?: readonly Omit<ContactMove, "channel">[];
  readonly templateNews?: readonly Omit<ChannelTemplateNews, "channel">[];
  readonly alerts?: readonly ChannelAlert[];
  /** What could not be read; kept aside for people to look at. */
  readonly unread?: readonly Omit<UnreadPiece, "channel" | "hash">[];
}

export interface InboundMessage extends Omit<ContactIdentity, "channel"> {
  readonly at: Date;
  /** Whether it opens the time in which free text may be sent. @default true */
  readonly opensWindow?: boolean;
  /** What they wrote, or the label that they pressed. @default no text */
  readonly text?: string | null;
}

/** Something about the account that a person should know. */
export interface ChannelAlert {
  /** The provider's own word for it, for example `ACCOUNT_RESTRICTION`. */
  readonly kind: string;
  /** What happened, in words. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
  /** Sending cannot work for so long, in ms, so it is paused. `null`: it goes on. */
  readonly pauseForMs: number | null;
  readonly at: Date;
}
