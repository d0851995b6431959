import type { Receipt } from "../domain/receipt.js";
import type { RenderedContent } from "../domain/template.js";

/**
 * One way out of the system: hands a rendered message to a provider.
 *
 * `send` runs at most once per attempt, and many times at once, so it keeps no state between
 * calls. It never repeats a request whose bytes may have left; core reads the error and decides.
 *
 * `Name` becomes the channel's name. `Settings` is what a template may say for this channel alone.
 */
export interface Transport<Name extends string = string, Settings = never> {
  /** Stable: key of people's addresses, and stored with every notification. */
  readonly name: Name;
  /** Type-only; lets `createCallboard` check templates. Never set. */
  readonly $Settings?: Settings;

  /**
   * How much its sender may send. Callboard lets what is above it wait, which costs a message no attempt.
   * @default as much as there is
   */
  readonly pacing?: TransportPacing;

  /**
   * Puts an address into the one form that is stored.
   * @throws {InvalidAddressError} It cannot be an address of this channel.
   */
  normalizeAddress(address: string): string;

  /**
   * Why this content can never be sent, in words that name the cure; empty when it can. Asked before
   * anything is written, so that what the provider would refuse is refused while the caller can still mend it.
   */
  checkContent(content: RenderedContent, template: TemplateIdentity): readonly string[];

  /**
   * @returns What the provider answered when it accepted the message.
   * @throws {DeliveryError} The provider refused, or was not reached. Anything else that is thrown counts as
   * `uncertain`: nobody knows whether the person was told.
   */
  send(message: OutgoingMessage, options: { readonly signal: AbortSignal }): Promise<SendResult>;

  /** Verifies and reads one request of the provider's webhook. Stores nothing. */
  readWebhook?(request: Request): Promise<WebhookReading>;

  /** Lets go of connections, when Callboard stops. Harmless twice; a later `send` opens new ones. */
  close?(): Promise<void>;
}

/** What a provider allows one sender. Counted for all processes together where they share a limiter. */
export interface TransportPacing {
  /** Whose limits these are: 1–128 characters. Transports of the same name and key share them. */
  readonly senderKey: string;
  /**
   * Messages in a second, 1–10,000. A second may see a quarter more, because they are counted by quarters of a second.
   * @default any number
   */
  readonly perSecond?: number;
  /** @default any number to one person */
  readonly perRecipient?: RecipientPacing;
}

/**
 * How much one person may be sent. Any stretch of time sees at most the burst, and one message more for each `everyMs`
 * of its length. Under a long line the pace is slower by one part in `burst`, and half of it where the burst is 1.
 */
export interface RecipientPacing {
  /** Messages at once, 1–1,000. */
  readonly burst: number;
  /** Time from one message to the next once the burst is used up, in ms, 1–600,000. */
  readonly everyMs: number;
}

export interface TemplateIdentity {
  readonly name: string;
  readonly version: number;
}

export interface OutgoingMessage {
  /** Random, new for each attempt; hand it to the provider if it echoes such an id in receipts. */
  readonly attemptId: string;
  readonly notificationId: string;
  readonly to: string;
  readonly template: TemplateIdentity;
  readonly content: RenderedContent;
}

export interface SendResult {
  /** Receipts are matched by it. `null`: this provider gives none. */
  readonly providerMessageId: string | null;
}

/** What one webhook request says. `answer` is sent only after the rest has been stored. */
export interface WebhookReading {
  readonly answer: Response;
  readonly receipts: readonly Receipt[];
  /** People who wrote to us: address and time. */
  readonly inbound: readonly { readonly address: string; readonly at: Date }[];
}
