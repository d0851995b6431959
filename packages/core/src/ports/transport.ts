import type { ChannelTemplate } from "../domain/channel-template.js";
import type { JsonObject } from "../domain/json.js";
import type { Failure } from "../domain/notification.js";
import type { RenderedContent, TemplateVersion } from "../domain/template.js";
import type { Recipient } from "./recipients.js";
import type { TemplateReviewer } from "./template-reviewer.js";
import type { WebhookNews, WebhookReading } from "./webhook-news.js";

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

  /** Whether people who want no marketing are to be spared this. @default never */
  isMarketing?(content: RenderedContent): boolean;

  /**
   * In which form a message goes out, decided right before sending from what is known by then. Pure, and quick.
   * @default every message is sent as it is
   */
  route?(message: MessageToRoute, facts: RouteFacts): Route;

  /** How templates are reviewed. @default the provider wants to see none */
  readonly reviewer?: TemplateReviewer;

  /**
   * @returns What the provider answered when it accepted the message.
   * @throws {DeliveryError} The provider refused, or was not reached. Anything else that is thrown counts as
   * `uncertain`: nobody knows whether the person was told.
   */
  send(message: OutgoingMessage, options: { readonly signal: AbortSignal }): Promise<SendResult>;

  /** Verifies and reads one request of the provider's webhook. Stores nothing. */
  readWebhook?(request: Request): Promise<WebhookReading>;

  /**
   * Reads once more what `readWebhook` gave as `body`, so that a long one can be dealt with after the answer. Never throws.
   * @default every webhook is dealt with before it is answered
   */
  rereadWebhook?(body: string): WebhookNews;

  /**
   * What a person should know about how it is set up, in words that name the cure; logged when Callboard starts.
   * @default nothing
   */
  warnings?(now: Date): readonly string[];

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
  /** What `route` decided. `null`: nobody was asked. */
  readonly route: JsonObject | null;
}

export type MessageToRoute = Omit<OutgoingMessage, "attemptId" | "route">;

/** What is known when a message is about to be sent. */
export interface RouteFacts {
  readonly now: Date;
  /** As they are now. `null`: not known any more. */
  readonly recipient: Recipient | null;
  /** All of the channel. */
  readonly templates: readonly ChannelTemplate[];
  /** The words that it was rendered with; the same object for the same version. `null`: they are not known here. */
  readonly words: TemplateVersion | null;
  /** Why the last attempt failed. `null`: there was none, or it did not. */
  readonly failure: Failure | null;
}

/** How one message is to be sent. */
export interface SendRoute {
  readonly type: "send";
  /** Handed to `send` with the message. */
  readonly route: JsonObject;
  /** As which of the provider's templates it goes out. @default as none */
  readonly template?: Pick<ChannelTemplate, "remoteName" | "language">;
}

export type Route =
  | SendRoute
  /** Not now: asked again after a while, until the notification is too old. */
  | { readonly type: "wait"; readonly failure: Failure; readonly againInMs: number }
  /** Never, in this form. */
  | { readonly type: "refuse"; readonly failure: Failure };

export interface SendResult {
  /** Receipts are matched by it. `null`: this provider gives none. */
  readonly providerMessageId: string | null;
  /** Why the provider keeps the message back for now: only a receipt tells whether it goes. @default it goes at once */
  readonly held?: Pick<Failure, "providerCode" | "message" | "hint">;
}
