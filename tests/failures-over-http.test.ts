import type { Attempt, FailureClass, Notification } from "@callboard/core";
import { type SimulatorFault, webhookBody, webhookSignature } from "@callboard/whatsapp-simulator";
import { expect, test } from "vitest";
import { eventually, onWhatsapp, type WhatsappStage } from "./whatsapp-stage.js";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const renewToken = "Renew the access token: Meta says that it has expired, was revoked or was never valid.";
/** So long that no wait within it is over before the test has looked. */
const patient = { policy: { baseDelayMs: hour } };
const waitForReceipt = "Nothing to do: a delivery receipt settles it, or else its onUncertain policy does.";

interface Refusal {
  readonly what: string;
  readonly fault: SimulatorFault;
  readonly failureClass: FailureClass;
  readonly code: string | null;
  readonly hint: string;
  /** Least and most time to the next try, in ms. */
  readonly wait: readonly [number, number];
}

const refusals: Refusal[] = [
  {
    what: "HTTP 500 with a Graph error",
    fault: { kind: "error", code: 131000, httpStatus: 500 },
    failureClass: "retry",
    code: "131000",
    hint: "Nothing to do: WhatsApp is in trouble, and the message is tried again by itself.",
    wait: [0, hour],
  },
  {
    what: "HTTP 503 that asks for two hours",
    fault: { kind: "error", code: 133004, httpStatus: 503, headers: { "Retry-After": "7200" } },
    failureClass: "retry",
    code: "133004",
    hint: "Nothing to do: WhatsApp is in trouble, and the message is tried again by itself.",
    wait: [hour, 1.1 * hour],
  },
  {
    what: "too many messages to one person, with Retry-After 9",
    fault: { kind: "error", code: 131056, headers: { "Retry-After": "9" } },
    failureClass: "retry",
    code: "131056",
    hint: "Nothing to do: one person may get a message each 6 seconds, and this one waits its turn.",
    wait: [9 * second, 9.9 * second],
  },
  {
    what: "HTTP 429 with Retry-After 7",
    fault: { kind: "error", code: 130429, httpStatus: 429, headers: { "Retry-After": "7" } },
    failureClass: "sender",
    code: "130429",
    hint: "Nothing to do: the number sends faster than it may, and resumes by itself.",
    wait: [7 * second, 7 * second],
  },
  {
    what: "a template that Meta does not know",
    fault: { kind: "error", code: 132001 },
    failureClass: "template",
    code: "132001",
    hint: "Create the template under this name and language at Meta, or wait until it is approved.",
    wait: [10 * minute, 10 * minute],
  },
  {
    what: "a cap on marketing",
    fault: { kind: "error", code: 131049 },
    failureClass: "retry-later",
    code: "131049",
    hint: "Wait a day, or reach the person another way: Meta caps the marketing that one person gets.",
    wait: [24 * hour, 24 * hour],
  },
];

test.each(refusals)(
  "$what is a failure of class $failureClass, tried again in time and explained",
  (refusal) =>
    onWhatsapp({}, async (stage) => {
      stage.simulator.failNext(refusal.fault);
      const id = await stage.queue();
      const row = await eventually(() => first(stage.told.retrying));
      const { failureClass, code, hint } = refusal;
      const spent = failureClass === "sender" || failureClass === "template" ? 0 : 1;
      expect(row).toMatchObject({ id, status: "pending", attempts: spent, crashes: 0, uncertainties: 0 });
      expect(row.failure).toMatchObject({ failureClass, providerCode: code, hint });
      const attempt = await onlyAttempt(stage, id);
      expect(attempt).toMatchObject({ outcome: failureClass, providerCode: code, providerMessageId: null });
      expect(attempt.message).toBe(row.failure?.message);
      const [pause] = await stage.callboard.pauses.list();
      expect(pause === undefined).toBe(spent === 1);
      // A row that waits behind a pause is due as soon as that ends.
      expectWait(pause?.until ?? row.nextAttemptAt, attempt, refusal.wait);
      expect(stage.simulator.messages()).toHaveLength(0);
      expect(stage.pauseReasons).toEqual(spent === 0 ? [`${row.failure?.message} ${hint}`] : []);
    })(),
);

test(
  "HTTP 401 pauses the channel, keeps the row pending, and says to renew the token",
  onWhatsapp({ transport: { accessToken: "revoked" } }, async (stage) => {
    const id = await stage.queue();
    const row = await eventually(() => first(stage.told.retrying));
    expect(row).toMatchObject({ id, status: "pending", attempts: 0 });
    expect(row.failure).toMatchObject({ failureClass: "sender", providerCode: "190", hint: renewToken });
    const attempt = await onlyAttempt(stage, id);
    expect(attempt).toMatchObject({ outcome: "sender", providerCode: "190" });
    const [pause] = await stage.callboard.pauses.list();
    expectWait(pause?.until ?? null, attempt, [minute, minute]);
    expect(pause).toMatchObject({ channel: "whatsapp", template: null, holds: true });
    expect(pause?.reason).toContain(renewToken);
    expect(stage.pauseReasons).toEqual([pause?.reason]);
    expect(stage.simulator.messages()).toHaveLength(0);
  }),
);

test("a token that is renewed while the channel is paused lets the message out, once", async () => {
  let accessToken = "revoked";
  await onWhatsapp(
    { transport: { accessToken: () => accessToken }, policy: { maxDelayMs: 200 } },
    async (stage) => {
      const id = await stage.queue();
      await eventually(() => first(stage.told.retrying));
      accessToken = "simulator-access-token";
      const row = await eventually(() => first(stage.told.read));
      expect(row).toMatchObject({ id, attempts: 1, failure: null });
      expect(stage.simulator.messages()).toHaveLength(1);
      expect(stage.pauseReasons).toHaveLength(1);
      expect(await stage.callboard.pauses.list()).toEqual([]);
    },
  )();
});

test(
  "HTTP 500 that is over at the next try leaves one message on the phone, read, after two attempts",
  onWhatsapp({ policy: { baseDelayMs: 100 } }, async (stage) => {
    stage.simulator.failNext({ kind: "error", code: 131000, httpStatus: 500 });
    const id = await stage.queue();
    const row = await eventually(() => first(stage.told.read));
    expect(row).toMatchObject({ id, attempts: 2, failure: null });
    expect(await outcomes(stage, id)).toEqual(["retry", "accepted"]);
    expect(stage.simulator.messages()).toHaveLength(1);
  }),
);

test(
  "a person who is not on WhatsApp fails at once, with a hint to ask for the number",
  onWhatsapp({}, async (stage) => {
    stage.simulator.failNext({ kind: "error", code: 131026 });
    const id = await stage.queue();
    const row = await eventually(() => first(stage.told.failed));
    expect(row).toMatchObject({ id, status: "failed", attempts: 1, nextAttemptAt: null });
    expect(row.failure).toMatchObject({ failureClass: "permanent-recipient", providerCode: "131026" });
    expect(row.failure?.hint).toContain("Ask whether the number is on WhatsApp");
    expect(await outcomes(stage, id)).toEqual(["permanent-recipient"]);
    expect(stage.simulator.requestCount()).toBe(1);
  }),
);

test(
  "a message that is accepted and fails by webhook fails with the code and the hint of the webhook",
  onWhatsapp({}, async (stage) => {
    stage.simulator.failNext({ kind: "failed-status", code: 131026 });
    const id = await stage.queue();
    const row = await eventually(() => first(stage.told.failed));
    expect(row).toMatchObject({ id, attempts: 1, failure: { failureClass: "permanent-recipient" } });
    expect(row.providerMessageId).toBe(stage.simulator.messages()[0]?.id);
    expect(stage.simulator.requestCount()).toBe(1);
  }),
);

test(
  "a lost answer to a message that was delivered is settled by the signed webhook, without a second message",
  onWhatsapp({ policy: { uncertainWaitMs: 10 * minute } }, async (stage) => {
    stage.simulator.failNext({ kind: "lost-answer" });
    const id = await stage.queue();
    const row = await eventually(() => first(stage.told.read));
    const [bubble, ...others] = stage.simulator.messages();
    expect(others).toEqual([]);
    expect(row).toMatchObject({ id, status: "read", providerMessageId: bubble?.id, failure: null });
    // The webhook may be faster than the broken connection; then nothing was ever uncertain.
    for (const seen of stage.told.uncertain) expectUncertain(seen, "WhatsApp gave no answer");
    expect(await eventually(async () => ended(await onlyAttempt(stage, id)))).toMatchObject({
      outcome: "uncertain",
      providerMessageId: bubble?.id,
    });
    expect(stage.simulator.requestCount()).toBe(1);
  }),
);

const silent: { what: string; fault: SimulatorFault; sentence: string }[] = [
  { what: "a connection reset after the body", fault: { kind: "reset" }, sentence: "gave no answer" },
  {
    what: "silence for longer than timeoutMs",
    fault: { kind: "silence", ms: 60_000 },
    sentence: "no end within 300 ms",
  },
  {
    what: "a proxy's page",
    fault: { kind: "html", httpStatus: 502 },
    sentence: "answered HTTP 502 without saying",
  },
];

test.each(silent)("$what is uncertain until the wait is over", ({ fault, sentence }) =>
  onWhatsapp({ transport: { timeoutMs: 300 }, policy: { uncertainWaitMs: 10 * minute } }, async (stage) => {
    stage.simulator.failNext(fault);
    const id = await stage.queue();
    const row = await eventually(() => first(stage.told.uncertain));
    expect(row.id).toBe(id);
    expectUncertain(row, sentence);
    const attempt = await onlyAttempt(stage, id);
    expect(attempt).toMatchObject({ outcome: "uncertain", providerMessageId: null });
    expectWait(row.nextAttemptAt, attempt, [10 * minute, 10 * minute]);
    expect(stage.simulator.messages()).toHaveLength(0);
  })(),
);

test.each(silent)("$what leads to a second send after the wait, and one message on the phone", ({ fault }) =>
  onWhatsapp({ transport: { timeoutMs: 300 }, policy: { uncertainWaitMs: 100 } }, async (stage) => {
    stage.simulator.failNext(fault);
    const id = await stage.queue();
    const row = await eventually(() => first(stage.told.read));
    expect(row).toMatchObject({ id, uncertainties: 1, attempts: 1, failure: null });
    expect(await outcomes(stage, id)).toEqual(["uncertain", "accepted"]);
    expect(stage.simulator.messages()).toHaveLength(1);
  })(),
);

test(
  "a server that cannot be reached pauses the channel for some seconds, and spends no attempt",
  onWhatsapp({ ...patient, transport: { baseUrl: "http://127.0.0.1:9" } }, async (stage) => {
    const id = await stage.queue();
    const row = await eventually(() => first(stage.told.retrying));
    expect(row.failure).toMatchObject({
      failureClass: "sender",
      message: expect.stringContaining("was not reached"),
    });
    expect(row.attempts).toBe(0);
    const [pause] = await stage.callboard.pauses.list();
    expectWait(pause?.until ?? null, await onlyAttempt(stage, id), [5 * second, 5 * second]);
  }),
);

test(
  "a webhook with a wrong signature changes nothing and is answered with 401",
  onWhatsapp({}, async (stage) => {
    stage.simulator.setWebhookUrl(null);
    const id = await stage.queue();
    await eventually(() => first(stage.told.sent));
    const message = stage.simulator.messages()[0];
    const status = {
      id: message?.id,
      status: "read",
      timestamp: String(Math.floor(Date.now() / 1_000)),
      recipient_id: "263771234567",
    };
    const value = {
      messaging_product: "whatsapp",
      metadata: { display_phone_number: "15550100000", phone_number_id: "100000000000001" },
      statuses: [status],
    };
    const body = webhookBody({
      object: "whatsapp_business_account",
      entry: [{ id: "100000000000002", changes: [{ field: "messages", value }] }],
    });
    const post = (secret: string) =>
      stage.callboard.webhook(
        "whatsapp",
        new Request("http://localhost/", {
          method: "POST",
          headers: { "x-hub-signature-256": webhookSignature(body, secret) },
          body: new Uint8Array(body),
        }),
      );
    expect((await post("another-secret-of-16")).status).toBe(401);
    expect((await stage.storage.notifications.getMany([id]))[0]?.status).toBe("sent");
    expect((await post("simulator-app-secret")).status).toBe(200);
    expect((await stage.storage.notifications.getMany([id]))[0]?.status).toBe("read");
  }),
);

test(
  "stop() and start() again: WhatsApp gets what is queued after that",
  onWhatsapp({}, async (stage) => {
    await stage.queue();
    await eventually(() => expect(stage.told.sent).toHaveLength(1));
    await stage.callboard.stop();
    await stage.callboard.start();
    await stage.queue();
    await eventually(() => expect(stage.told.sent).toHaveLength(2));
    expect(stage.simulator.messages()).toHaveLength(2);
  }),
);

function expectUncertain(row: Notification, sentence: string): void {
  expect(row).toMatchObject({ status: "uncertain", uncertainties: 1, attempts: 0 });
  expect(row.failure).toMatchObject({ failureClass: "uncertain", providerCode: null, hint: waitForReceipt });
  expect(row.failure?.message).toContain(sentence);
}

/** The wait counts from the end of the attempt, give or take the moment between two statements. */
function expectWait(
  until: Date | null,
  { endedAt }: Attempt,
  [least, most]: readonly [number, number],
): void {
  const waitMs = (until?.getTime() ?? Number.NaN) - (endedAt?.getTime() ?? Number.NaN);
  expect(waitMs).toBeGreaterThanOrEqual(least - 2 * second);
  expect(waitMs).toBeLessThanOrEqual(most + 2 * second);
}

async function onlyAttempt({ storage }: WhatsappStage, id: string): Promise<Attempt> {
  const attempts = await storage.notifications.attemptsOf([id]);
  expect(attempts).toHaveLength(1);
  return first(attempts);
}

async function outcomes({ storage }: WhatsappStage, id: string) {
  return (await storage.notifications.attemptsOf([id])).map(({ outcome }) => outcome);
}

function ended(attempt: Attempt): Attempt {
  expect(attempt.endedAt).not.toBeNull();
  return attempt;
}

function first<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined) throw new Error("There is none yet.");
  return item;
}
