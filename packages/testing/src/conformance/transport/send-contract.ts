import { setTimeout as wait } from "node:timers/promises";
import { DeliveryError, type SendResult } from "@callboard/core/adapter";
import type { Runner } from "../runner.js";
import { messageTo, plainContent } from "./messages.js";
import { onTransport, type TransportUnderTest } from "./transport-under-test.js";

/** Core answers for an aborted transport after 250 ms; the rest is room for a busy machine. */
const abortGraceMs = 1_000;

/** `send`: one answer for each call, and nothing kept between calls. */
export function sendContract(runner: Runner, underTest: TransportUnderTest): void {
  accepts(runner, underTest);
  keepsApart(runner, underTest);
  ends(runner, underTest);
  if (underTest.openRefused) refuses(runner, { ...underTest, open: underTest.openRefused });
}

function accepts(
  { test, ok }: Runner,
  { open, validAddress, content = plainContent }: TransportUnderTest,
): void {
  test(
    "send() resolves with the provider's message id, or null, and leaves the message as it is",
    onTransport(open, async (transport) => {
      const message = messageTo(transport.normalizeAddress(validAddress), content);
      const { providerMessageId } = await transport.send(message, { signal: new AbortController().signal });
      ok(providerMessageId === null || providerMessageId !== "", "an empty id matches no receipt; give null");
    }),
  );

  test(
    "send() after close() works again, because a Callboard that was stopped can be started",
    onTransport(open, async (transport) => {
      const to = transport.normalizeAddress(validAddress);
      const { signal } = new AbortController();
      await transport.send(messageTo(to, content, 1), { signal });
      await transport.close?.();
      const { providerMessageId } = await transport.send(messageTo(to, content, 2), { signal });
      ok(providerMessageId === null || providerMessageId !== "", "an empty id matches no receipt; give null");
    }),
  );
}

function keepsApart({ test, equal }: Runner, underTest: TransportUnderTest): void {
  const { open, validAddress, content = plainContent, receivedTexts } = underTest;

  test(
    "send() many times at once hands over each message, and gives each its own id",
    onTransport(open, async (transport) => {
      const to = transport.normalizeAddress(validAddress);
      const messages = Array.from({ length: 20 }, (_, index) => messageTo(to, content, index));
      const { signal } = new AbortController();
      const results = await Promise.all(messages.map((message) => transport.send(message, { signal })));
      const ids = results.map(({ providerMessageId }) => providerMessageId).filter((id) => id !== null);
      equal(new Set(ids).size, ids.length);
      if (!receivedTexts) return;
      const texts = messages.map((message) => message.content.text);
      equal((await receivedTexts()).toSorted(), texts.toSorted());
    }),
  );
}

function refuses(
  { test, ok }: Runner,
  { open, validAddress, content = plainContent }: TransportUnderTest,
): void {
  test(
    "send() throws a DeliveryError with a hint when the provider refuses",
    onTransport(open, async (transport) => {
      const message = messageTo(transport.normalizeAddress(validAddress), content);
      const { signal } = new AbortController();
      const error = await transport.send(message, { signal }).then(
        () => null,
        (reason: unknown) => reason,
      );
      ok(DeliveryError.is(error), "it threw something else, or nothing");
      ok(DeliveryError.is(error) && error.hint !== "", "the hint says what a person can do");
    }),
  );
}

function ends({ test, ok }: Runner, underTest: TransportUnderTest): void {
  const { open, openUnanswered = open, validAddress, content = plainContent } = underTest;

  test(
    "send() ends soon after its signal fires, by a result or a DeliveryError",
    onTransport(openUnanswered, async (transport) => {
      const message = messageTo(transport.normalizeAddress(validAddress), content);
      const abort = new AbortController();
      const sending = transport.send(message, { signal: abort.signal });
      abort.abort();
      const outcome = await outcomeWithin(abortGraceMs, sending);
      ok(outcome !== "unanswered", "it did not end");
      ok(outcome === "result" || DeliveryError.is(outcome), "it threw something else than a DeliveryError");
    }),
  );
}

async function outcomeWithin(ms: number, sending: Promise<SendResult>): Promise<unknown> {
  const outcome = sending.then(
    () => "result",
    (error: unknown) => error,
  );
  return Promise.race([outcome, wait(ms, "unanswered", { ref: false })]);
}
