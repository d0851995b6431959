import {
  type Clock,
  DeliveryError,
  type DeliveryErrorDetails,
  InvalidAddressError,
  type JsonObject,
  type OutgoingMessage,
  type Receipt,
  systemClock,
  type Transport,
  type TransportPacing,
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
  /** A request for `callboard.webhook(name, request)` that brings these receipts. */
  webhookRequest(...receipts: readonly Receipt[]): Request;
  readWebhook: NonNullable<Transport["readWebhook"]>;
}

/** A double for the channel `name`: for the tests of a host. */
export function fakeTransport<const Name extends string>(
  name: Name,
  { clock = systemClock, pacing }: FakeTransportOptions = {},
): FakeTransport<Name> {
  const sent: OutgoingMessage[] = [];
  const failures: Error[] = [];
  const gate = new Gate();

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
    receipt(providerMessageId, status, occurredAt = clock.now()) {
      const attemptId = sent[Number(providerMessageId.replace("fake-", "")) - 1]?.attemptId ?? null;
      return {
        providerMessageId,
        attemptId,
        status,
        occurredAt,
        failure: status === "failed" ? unreachable : null,
      };
    },
    webhookRequest: (...receipts) =>
      new Request("http://localhost/fake-webhook", { method: "POST", body: JSON.stringify(receipts) }),
    async readWebhook(request) {
      const receipts: Receipt[] = JSON.parse(await request.text(), revived);
      return { answer: new Response(), receipts, inbound: [] };
    },
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

function revived(key: string, value: unknown): unknown {
  return key === "occurredAt" && typeof value === "string" ? new Date(value) : value;
}
