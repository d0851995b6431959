import { createHmac } from "node:crypto";
import { InvalidOptionsError, type WebhookNews, type WebhookReading } from "@callboard/core/adapter";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { appSecret, attemptId, transportAt, verifyToken } from "./fixtures.js";
import { changeOf, envelopeOf, letterOf, read, readSigned, signed, statusOf } from "./webhook-request.js";

const address = "https://host.example/webhooks/whatsapp";
const secrets = { appSecret, verifyToken };

function handshake(parameters: Record<string, string>): Promise<WebhookReading> {
  return read(new Request(`${address}?${new URLSearchParams(parameters)}`));
}

test("readWebhook() answers Meta's handshake with the challenge as plain text", async () => {
  const { answer } = await handshake({
    "hub.mode": "subscribe",
    "hub.verify_token": verifyToken,
    "hub.challenge": "1158201444",
  });
  expect([answer.status, await answer.text()]).toEqual([200, "1158201444"]);
  expect(answer.headers.get("content-type")).toContain("text/plain");
});

test.each([
  { "hub.mode": "subscribe", "hub.verify_token": "wrong", "hub.challenge": "1" },
  { "hub.mode": "unsubscribe", "hub.verify_token": verifyToken, "hub.challenge": "1" },
  { "hub.mode": "subscribe", "hub.challenge": "1" },
  { "hub.mode": "subscribe", "hub.verify_token": "", "hub.challenge": "1" },
  { "hub.mode": "subscribe", "hub.verify_token": `${verifyToken}x`, "hub.challenge": "1" },
  { "hub.mode": "subscribe", "hub.verify_token": verifyToken.toUpperCase(), "hub.challenge": "1" },
  { "hub[mode]": "subscribe", "hub[verify_token]": verifyToken, "hub[challenge]": "1" },
  { "hub.mode": "subscribe", "hub.verify_token": verifyToken },
  {},
])("readWebhook() answers 403 to the handshake %o", async (parameters: Record<string, string>) => {
  const { answer } = await handshake(parameters);
  expect([answer.status, await answer.text()]).toEqual([403, ""]);
});

test("a challenge with markup comes back as plain text that no browser runs", async () => {
  const challenge = "<script>alert(1)</script>";
  const { answer } = await handshake({
    "hub.mode": "subscribe",
    "hub.verify_token": verifyToken,
    "hub.challenge": challenge,
  });
  expect(await answer.text()).toBe(challenge);
  expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
});

test("readWebhook() answers 405 to other methods", async () => {
  const { answer } = await read(new Request(address, { method: "DELETE" }));
  expect(answer.status).toBe(405);
});

const body = envelopeOf({ statuses: [statusOf({})] });

const next = "another-secret-0123456789";
test.each([
  ["before the rotation", appSecret, [200, 401]],
  ["while it lasts", [appSecret, next], [200, 200]],
  ["while it lasts, the new one first", [next, appSecret], [200, 200]],
  ["after it", next, [401, 200]],
])("the old and the new secret sign bodies %s", async (_, accepted, expected) => {
  const transport = transportAt("https://graph.facebook.com", { appSecret: accepted, verifyToken });
  const statuses = [appSecret, next].map(async (secret) => {
    const reading = await transport.readWebhook?.(signed(body, secret));
    expect(reading?.receipts.length).toBe(reading?.answer.status === 200 ? 1 : 0);
    return reading?.answer.status;
  });
  expect(await Promise.all(statuses)).toEqual(expected);
});

test("readWebhook() checks the bytes as they came, escaped as Meta escapes them", async () => {
  const escaped = body.replace('"contacts":[]', '"contacts":[],"note":"\\u00e9 \\ud83d\\ude00 \\/"');
  expect((await readSigned(escaped)).receipts.length).toBe(1);
});

const good = createHmac("sha256", appSecret).update(body).digest("hex");
test.each([
  ["no signature", null],
  ["an empty signature", ""],
  ["no algorithm", good],
  ["another algorithm", `sha1=${good}`],
  ["half a signature", `sha256=${good.slice(0, 32)}`],
  ["a longer signature", `sha256=${good}00`],
  ["two signatures", `sha256=${good}, sha256=${good}`],
  ["a signature after a space", `sha256= ${good}`],
  ["what is not hexadecimal", `sha256=${"z".repeat(64)}`],
  ["another secret's signature", `sha256=${createHmac("sha256", "x".repeat(16)).update(body).digest("hex")}`],
  ["the signature of another body", `sha256=${createHmac("sha256", appSecret).update("{}").digest("hex")}`],
])("readWebhook() answers 401 to %s", async (_, signature) => {
  const headers: Record<string, string> = signature === null ? {} : { "x-hub-signature-256": signature };
  const reading = await read(new Request(address, { method: "POST", body, headers }));
  expect(reading).toMatchObject({ answer: { status: 401 }, receipts: [], inbound: [] });
});

test("readWebhook() answers 413 to more than 3 MB, however it comes, and reads no further", async () => {
  const large = "x".repeat(3 * 1024 * 1024 + 1);
  expect((await readSigned(large)).answer.status).toBe(413);
  let taken = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      taken++;
      controller.enqueue(new Uint8Array(65_536));
    },
  });
  const request = new Request(address, { method: "POST", body: endless, duplex: "half" });
  expect((await read(request)).answer.status).toBe(413);
  expect(taken).toBeLessThan(60);
});

test("readWebhook() reads a body of 3 MB", async () => {
  const padded = body.padEnd(3 * 1024 * 1024, " ");
  expect((await readSigned(padded)).receipts.length).toBe(1);
});

test("readWebhook() answers 400 when the body breaks off or is not JSON", async () => {
  const broken = new ReadableStream({ pull: (controller) => controller.error(new Error("gone")) });
  const request = new Request(address, { method: "POST", body: broken, duplex: "half" });
  expect((await read(request)).answer.status).toBe(400);
  expect((await readSigned("{")).answer.status).toBe(400);
  expect((await readSigned("")).answer.status).toBe(400);
});

test("readWebhook() throws InvalidOptionsError when a body parser was there before", async () => {
  const request = signed(body);
  await request.text();
  await expect(read(request)).rejects.toThrow(InvalidOptionsError);
  await expect(read(request)).rejects.toThrow(/before any body parser/);
});

test("readWebhook() answers 408 to a body that is not over after 10 seconds, and lets go of it", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    let isCancelled = false;
    const slow = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Buffer.from(body.slice(0, 20))),
      cancel: () => {
        isCancelled = true;
      },
    });
    const request = new Request(address, { method: "POST", body: slow, duplex: "half" });
    const reading = read(request);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(isCancelled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await reading).toMatchObject({ answer: { status: 408 }, receipts: [], inbound: [] });
    expect(isCancelled).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});

test.each([
  ["more than 3 MB", String(3 * 1024 * 1024 + 1), 413],
  ["less than there is", "10", 200],
  ["nothing that is a number", "many", 200],
  ["less than nothing", "-5", 200],
])("a content-length of %s is answered by what is really there, or 413", async (_, length, status) => {
  const request = signed(body);
  request.headers.set("content-length", length);
  expect((await read(request)).answer.status).toBe(status);
});

test("readWebhook() answers 400 to JSON that is nested deeper than Meta's, in whatever way", async () => {
  const deep: [string, string][] = [
    ["[", "]"],
    ['{"entry":', "}"],
    ['{"\\"":[', "]}"],
  ];
  for (const [open, close] of deep) {
    const nested = (levels: number) => `${open.repeat(levels)}1${close.repeat(levels)}`;
    expect((await readSigned(nested(16))).answer.status).toBe(200);
    expect((await readSigned(nested(33))).answer.status).toBe(400);
    expect((await readSigned(nested(100_000))).answer.status).toBe(400);
  }
});

test("brackets within a text count for nothing", async () => {
  const text = `" ${"[{".repeat(500)} \\`;
  const { answer, inbound } = await readSigned(
    envelopeOf({ messages: [letterOf({ text: { body: text } })] }),
  );
  expect(answer.status).toBe(200);
  expect(inbound).toMatchObject([{ text }]);
});

test("readWebhook() gives the body that it verified, and rereadWebhook() the same news from it", async () => {
  const { answer, body: kept, ...news } = await readSigned(body);
  expect(kept).toBe(body);
  expect(transportAt("https://graph.facebook.com", secrets).rereadWebhook?.(body)).toEqual(news);
});

test.each(["", "{", "[".repeat(100)])("rereadWebhook() sets the body %j aside, and never throws", (odd) => {
  const news = transportAt("https://graph.facebook.com", secrets).rereadWebhook?.(odd);
  expect(news).toMatchObject({ receipts: [], inbound: [], unread: [{ body: odd }] });
});

test("a transport without secrets has no webhook, so that nothing is read that nobody signed", () => {
  const transport = transportAt("https://graph.facebook.com");
  expect([transport.readWebhook, transport.rereadWebhook]).toEqual([undefined, undefined]);
  for (const half of [{ appSecret }, { verifyToken }, { appSecret: [], verifyToken }])
    expect(() => transportAt("https://graph.facebook.com", half)).toThrow(InvalidOptionsError);
});

test("readWebhook() never throws, and accepts nothing that is not signed", async () => {
  const header = fc.oneof(
    fc.string(),
    fc.constant(`sha256=${good}`),
    fc.stringMatching(/^sha256=[0-9a-f]{64}$/),
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), header, async (bytes, signature) => {
      const headers = new Headers();
      try {
        headers.set("x-hub-signature-256", signature);
      } catch {
        // Not every text can be a header; then it comes without one.
      }
      const reading = await read(
        new Request(address, { method: "POST", body: Uint8Array.from(bytes), headers }),
      );
      expect(reading).toMatchObject({ answer: { status: 401 }, receipts: [], inbound: [] });
    }),
    { numRuns: 1_000 },
  );
});

test("readWebhook() of any signed JSON answers 200 and gives only what is well formed", async () => {
  const key = fc.constantFrom(
    ...[
      "object",
      "entry",
      "changes",
      "field",
      "value",
      "statuses",
      "messages",
      "errors",
      "contacts",
      "id",
      "time",
    ],
    ...[
      "status",
      "timestamp",
      "type",
      "from",
      "from_user_id",
      "recipient_id",
      "pricing",
      "category",
      "context",
    ],
    ...[
      "button",
      "interactive",
      "button_reply",
      "system",
      "user_id",
      "wa_id",
      "user_preferences",
      "user_id_update",
    ],
    ...["event", "message_template_id", "message_template_name", "message_template_language", "new_category"],
    ...["new_quality_score", "ban_info", "restriction_info", "alert_info", "decision", "group_id"],
  );
  const leaf = fc.oneof(
    fc.constantFrom(
      "whatsapp_business_account",
      "messages",
      "account_update",
      "user_preferences",
      "failed",
      "text",
    ),
    fc.constantFrom("system", "user_changed_number", "263771234567", "ZW.1", "1750263773", "stop", attemptId),
    fc.constantFrom(
      "APPROVED",
      "PAUSED",
      "ACCOUNT_RESTRICTION",
      "DISABLED_UPDATE",
      "REJECTED",
      1750263773,
      131050,
    ),
    fc.jsonValue(),
  );
  const tree = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 6 },
      leaf,
      fc.array(tie("node"), { maxLength: 3 }),
      fc.dictionary(key, tie("node"), { maxKeys: 6 }),
    ),
  })).node;
  const mended = (good: object) =>
    fc.dictionary(key, tree, { maxKeys: 2 }).map((changes) => ({ ...good, ...changes }));
  const moved = letterOf({ type: "system", system: { type: "user_changed_number", wa_id: "263772222222" } });
  const goodItems = [statusOf({}), letterOf({}), letterOf({ text: { body: "stop" } }), moved];
  const items = fc.array(fc.oneof(tree, ...goodItems.map(mended)), { maxLength: 4 });
  const goodChanges: [field: string, value: object][] = [
    [
      "user_preferences",
      { user_preferences: [{ wa_id: "263771234567", value: "stop", timestamp: "1750263773" }] },
    ],
    ["user_id_update", { user_id_update: [{ user_id: { previous: "ZW.1", current: "ZW.2" } }] }],
    ["message_template_status_update", { message_template_id: 7, event: "PAUSED" }],
    ["template_category_update", { message_template_id: 7, new_category: "MARKETING" }],
    ["account_update", { event: "DISABLED_UPDATE", ban_info: { waba_ban_state: "DISABLE" } }],
  ];
  const change = fc
    .constantFrom(...goodChanges)
    .chain(([field, value]) =>
      fc.tuple(fc.constant(field), mended(value), fc.oneof(leaf, fc.constant(1750263773))),
    );
  const envelope = fc.oneof(
    tree.map((value) => JSON.stringify(value)),
    fc.record({ statuses: items, messages: items, contacts: items }).map(envelopeOf),
    change.map(([field, value, time]) => changeOf(field, value, { time })),
  );
  const kinds = new Set<string>();
  await fc.assert(
    fc.asyncProperty(envelope, async (json) => {
      const { answer, body: _, ...news } = await readSigned(json);
      expect(answer.status).toBe(200);
      for (const [kind, list] of Object.entries(news)) if (list.length > 0) kinds.add(kind);
      expectWellFormed(news);
    }),
    { numRuns: 2_000, seed: 1 },
  );
  // A property that reads nothing proves nothing.
  expect([...kinds].sort()).toEqual([
    "alerts",
    "inbound",
    "moves",
    "preferences",
    "receipts",
    "templateNews",
    "unread",
  ]);
});

function expectWellFormed({
  receipts,
  inbound,
  preferences,
  moves,
  templateNews,
  alerts,
  unread,
}: WebhookNews) {
  for (const { status, providerMessageId, failure, button } of receipts) {
    expect(providerMessageId).toMatch(/./);
    expect(failure !== null).toBe(status === "failed");
    expect(button !== undefined).toBe(status === "acknowledged");
  }
  const people = [...inbound, ...(preferences ?? []), ...(moves ?? [])];
  for (const { address, alias } of people) {
    expect(address).not.toBeNull();
    if (address !== alias) expect(address).toMatch(/^\+\d+$/);
  }
  for (const { newAddress, newAlias } of moves ?? []) expect(newAddress ?? newAlias).not.toBeNull();
  for (const { remoteId, remoteName, language } of templateNews ?? [])
    expect(remoteId ?? (language && remoteName)).toMatch(/./);
  for (const { message, hint, pauseForMs } of alerts ?? []) {
    expect([message, hint]).toEqual([expect.stringMatching(/./), expect.stringMatching(/\.$/)]);
    expect(pauseForMs ?? 1).toBeGreaterThan(0);
  }
  for (const { reason, body: piece } of unread ?? []) {
    expect(reason).toMatch(/^[\w ,.?-]+$/);
    expect(piece.length).toBeLessThanOrEqual(64_000);
  }
  const times = [
    ...receipts.map(({ occurredAt }) => occurredAt),
    ...[...inbound, ...(preferences ?? []), ...(templateNews ?? []), ...(alerts ?? [])].map(({ at }) => at),
  ];
  for (const time of times) expect(Number.isNaN(time.getTime())).toBe(false);
}
