import { createHmac } from "node:crypto";
import { InvalidOptionsError, type WebhookReading } from "@callboard/core/adapter";
import fc from "fast-check";
import { expect, test } from "vitest";
import { appSecret, attemptId, transportAt, verifyToken } from "./fixtures.js";
import { envelopeOf, read, readSigned, signed, statusOf } from "./webhook-request.js";

const address = "https://host.example/webhooks/whatsapp";

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
  { "hub.mode": "subscribe", "hub.verify_token": verifyToken },
  {},
])("readWebhook() answers 403 to the handshake %o", async (parameters: Record<string, string>) => {
  const { answer } = await handshake(parameters);
  expect([answer.status, await answer.text()]).toEqual([403, ""]);
});

test("readWebhook() answers 405 to other methods", async () => {
  const { answer } = await read(new Request(address, { method: "DELETE" }));
  expect(answer.status).toBe(405);
});

const body = envelopeOf({ statuses: [statusOf({})] });

test("readWebhook() reads a body that is signed with any of the secrets", async () => {
  const rotating = transportAt("https://graph.facebook.com", {
    appSecret: ["another-secret-0123456789", appSecret],
    verifyToken,
  });
  const reading = await rotating.readWebhook?.(signed(body));
  expect(reading?.answer.status).toBe(200);
  expect(reading?.receipts.length).toBe(1);
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

test("readWebhook() takes a thousand statuses in one body", async () => {
  const statuses = Array.from({ length: 1000 }, (_, index) => statusOf({ id: `wamid.${index}` }));
  const { receipts } = await readSigned(envelopeOf({ statuses }));
  expect(receipts.length).toBe(1000);
});

test("readWebhook() survives JSON of any depth", async () => {
  for (const [open, close] of [
    ["[", "]"],
    ['{"entry":', "}"],
  ] as const) {
    const deep = `${open.repeat(100_000)}1${close.repeat(100_000)}`;
    expect((await readSigned(deep)).answer.status).toBe(200);
  }
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
    "object",
    "entry",
    "changes",
    "field",
    "value",
    "statuses",
    "messages",
    "id",
    "errors",
  );
  const leaf = fc.oneof(
    fc.constantFrom("whatsapp_business_account", "messages", "failed", attemptId),
    fc.jsonValue(),
  );
  const tree = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 6 },
      leaf,
      fc.array(tie("node"), { maxLength: 3 }),
      fc.dictionary(key, tie("node"), { maxKeys: 4 }),
    ),
  })).node;
  const items = fc.array(fc.oneof(tree, fc.constant(statusOf({}))), { maxLength: 4 });
  const envelope = fc.oneof(
    tree.map((value) => JSON.stringify(value)),
    fc.record({ statuses: items, messages: items }).map(envelopeOf),
  );
  await fc.assert(
    fc.asyncProperty(envelope, async (json) => {
      const { answer, receipts } = await readSigned(json);
      expect(answer.status).toBe(200);
      for (const receipt of receipts) {
        expect(receipt.providerMessageId).toMatch(/./);
        expect(Number.isNaN(receipt.occurredAt.getTime())).toBe(false);
        expect(receipt.failure !== null).toBe(receipt.status === "failed");
      }
    }),
    { numRuns: 1_000 },
  );
});
