import {
  type Clock,
  DeliveryError,
  type DeliveryErrorDetails,
  InvalidAddressError,
  type JsonObject,
  type OutgoingMessage,
  type PressedButton,
  type Receipt,
  systemClock,
  type Transport,
  type TransportPacing,
  type WebhookNews,
} from "@callboard/core/adapter";
import { Gate } from "./gate.js";

export interface FakeTransportOptions {
  /** Dates the receipts. @default the machine's own */
  readonly clock?: Clock;
  /** What its sender may send. @default as much as there is */
  readonly pacing?: TransportPacing;
}

/** A transport that accepts every message until it is told otherwise, and keeps what it was given. */
export interface FakeTransport<Name extends string = string> extends Transport<Name, JsonObject> {
  /** Every message that it was asked to send, refused ones included. The first one's provider id is `fake-1`. */
  readonly sent: readonly OutgoingMessage[];
  /** Fails the next `times` sends: with this error as it is, or with a `DeliveryError` of these details. */
  failNext(failure: Error | DeliveryErrorDetails, times?: number): void;
  /** Keeps sends in flight, as a provider that does not answer, until `release`. Aborted ones end as `uncertain`. */
  hold(): void;
  /** Answers the sends that are held, and holds no more. */
  release(): void;
  /** What a provider would report about a message. A failed one says `permanent-recipient`. @param at @default now */
  receipt(providerMessageId: string, status: Receipt["status"], at?: Date): Receipt;
  /**
   * What a provider would report when the person presses a reply button under a message.
   * @param button @default the first reply button of the message, or "Acknowledge" where it has none
   * @param at @default now
   */
  press(providerMessageId: string, button?: PressedButton, at?: Date): Receipt;
  /** A request for `callboard.webhook(name, request)` that brings these receipts, or news of any other kind. */
  webhookRequest(...news: readonly (Receipt | Partial<WebhookNews>)[]): Request;
  readWebhook: NonNullable<Transport["readWebhook"]>;
  rereadWebhook: NonNullable<Transport["rereadWebhook"]>;
}

/** A double for the channel `name`: for the tests of a host. */
export function fakeTransport<const Name extends string>(
  name: Name,
  { clock = systemClock, pacing }: FakeTransportOptions = {},
): FakeTransport<Name> {
  const sent: OutgoingMessage[] = [];
  const failures: Error[] = [];
  const gate = new Gate();
  const messageOf = (providerMessageId: string) => sent[Number(providerMessageId.replace("fake-", "")) - 1];

  const receipt = (
    providerMessageId: string,
    status: Receipt["status"],
    occurredAt = clock.now(),
  ): Receipt => ({
    providerMessageId,
    attemptId: messageOf(providerMessageId)?.attemptId ?? null,
    status,
    occurredAt,
    failure: status === "failed" ? unreachable : null,
  });

  return {
    name,
    sent,
    ...(pacing && { pacing }),
    normalizeAddress: (address) => trimmed(name, address),
    checkContent: () => [],
    async send(message, { signal }) {
      const providerMessageId = `fake-${sent.push(message)}`;
      const failure = failures.shift();
      await gate.pass(signal);
      if (failure) throw failure;
      return { providerMessageId };
    },
    failNext(failure, times = 1) {
      for (let left = times; left > 0; left -= 1) failures.push(errorOf(failure));
    },
    hold: () => gate.close(),
    release: () => gate.open(),
    receipt,
    press: (providerMessageId, button = firstButton(messageOf(providerMessageId)), at = clock.now()) => ({
      ...receipt(providerMessageId, "acknowledged", at),
      button,
    }),
    webhookRequest: (...news) =>
      new Request("http://localhost/fake-webhook", { method: "POST", body: JSON.stringify(together(news)) }),
    async readWebhook(request) {
      const body = await request.text();
      return { answer: new Response(), body, ...newsIn(body) };
    },
    rereadWebhook: newsIn,
  };
}

const unreachable = {
  failureClass: "permanent-recipient",
  providerCode: "fake",
  message: "The fake provider could not deliver the message.",
  hint: "Nothing to do: a test asked for this receipt.",
} as const;

function trimmed(channel: string, address: string): string {
  const kept = address.trim();
  if (kept === "") throw new InvalidAddressError(channel, "it is empty. Give any other text.");
  return kept;
}

function errorOf(failure: Error | DeliveryErrorDetails): Error {
  return failure instanceof Error
    ? failure
    : new DeliveryError("The fake transport was told to fail.", failure);
}

function firstButton(message: OutgoingMessage | undefined): PressedButton {
  const button = message?.content.buttons.find(({ type }) => type === "reply");
  return button?.type === "reply"
    ? { id: button.id, label: button.label }
    : { id: "ack", label: "Acknowledge" };
}

function together(news: readonly (Receipt | Partial<WebhookNews>)[]): WebhookNews {
  const parts = news.map(
    (one): Partial<WebhookNews> => ("providerMessageId" in one ? { receipts: [one] } : one),
  );
  return {
    receipts: parts.flatMap(({ receipts = [] }) => receipts),
    inbound: parts.flatMap(({ inbound = [] }) => inbound),
    preferences: parts.flatMap(({ preferences = [] }) => preferences),
    moves: parts.flatMap(({ moves = [] }) => moves),
    templateNews: parts.flatMap(({ templateNews = [] }) => templateNews),
    alerts: parts.flatMap(({ alerts = [] }) => alerts),
    unread: parts.flatMap(({ unread = [] }) => unread),
  };
}

function newsIn(body: string): WebhookNews {
  return JSON.parse(body, revived);
}

function revived(key: string, value: unknown): unknown {
  return ["occurredAt", "at"].includes(key) && typeof value === "string" ? new Date(value) : value;
}
