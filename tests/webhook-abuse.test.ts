import { createHmac } from "node:crypto";
import { createCallboard } from "@callboard/core";
import type { Storage } from "@callboard/core/adapter";
import { inProcessScheduler } from "@callboard/scheduler-in-process";
import { memoryStorage } from "@callboard/storage-memory";
import { recordingLogger } from "@callboard/testing";
import { whatsappTransport } from "@callboard/transport-whatsapp";
import { expect, test } from "vitest";
import { abuseWebhook, signatureOf, signedRequest } from "./experiments/webhook-abuse.js";
import { sampleAccount, webhookSamples } from "./experiments/webhook-samples.js";

test("of 10,000 mutated webhooks none is accepted that is not signed, none breaks, and the store is not touched", async () => {
  const forged = openCallboard();
  const signed = openCallboard();
  const findings = await abuseWebhook({
    count: 10_000,
    seed: 1,
    refuse: (request) => forged.callboard.webhook("whatsapp", request),
    endure: (request) => signed.callboard.webhook("whatsapp", request),
  });
  expect(findings).toMatchObject({ accepted: [], broken: [] });
  expect(findings.unsigned).toBeGreaterThan(9_000);
  expect(forged.calls).toEqual([]);
  // The other side shows that the bodies do reach the store once they are signed.
  expect(signed.calls.length).toBeGreaterThan(1_000);
  expect(forged.logger.text() + signed.logger.text()).not.toContain(sampleAccount.appSecret);
});

const body = webhookSamples[0] ?? "";
const decoded = JSON.stringify(JSON.parse(webhookSamples[2] ?? ""));
const forgeries: [what: string, body: string, signature: string | null][] = [
  ["no signature", body, null],
  ["an empty signature", body, ""],
  ["another secret's signature", body, signatureOf(body, "somebody-else-secret")],
  ["the verify token's signature", body, signatureOf(body, sampleAccount.verifyToken)],
  ["an empty secret's signature", body, signatureOf(body, "")],
  ["the signature of nothing", body, signatureOf("")],
  ["the signature of another body", body, signatureOf(webhookSamples[1] ?? "")],
  ["the signature without its algorithm", body, signatureOf(body).slice("sha256=".length)],
  ["the signature under another name", body, signatureOf(body).replace("sha256", "sha512")],
  [
    "the old kind of signature",
    body,
    `sha1=${createHmac("sha1", sampleAccount.appSecret).update(body).digest("hex")}`,
  ],
  ["a digest that is no HMAC", body, signatureOf(body, "").replace(/.$/, "0")],
  ["half a signature", body, signatureOf(body).slice(0, -32)],
  ["a signature with more behind it", body, `${signatureOf(body)}00`],
  ["a list of signatures", body, `sha256=${"0".repeat(64)},${signatureOf(body)}`],
  ["one more space", `${body} `, signatureOf(body)],
  ["a byte order mark", `\ufeff${body}`, signatureOf(body)],
  ["the same JSON, not escaped as Meta does", decoded, signatureOf(webhookSamples[2] ?? "")],
  ["the same JSON, indented", JSON.stringify(JSON.parse(body), null, 2), signatureOf(body)],
];
test.each(forgeries)("webhook() refuses a body with %s, and touches nothing", async (_, text, signature) => {
  const { callboard, calls } = openCallboard();
  const request = signedRequest(text, signature ?? "");
  if (signature === null) request.headers.delete("x-hub-signature-256");
  const answer = await callboard.webhook("whatsapp", request);
  expect([answer.status, await answer.text(), calls]).toEqual([401, "", []]);
});

test("webhook() of every sample, signed, answers 200", async () => {
  const { callboard } = openCallboard();
  for (const sample of webhookSamples)
    expect((await callboard.webhook("whatsapp", signedRequest(sample))).status).toBe(200);
});

/** A Callboard that was never started, with a list of everything that its store was asked for. */
function openCallboard() {
  const calls: string[] = [];
  const storage = watched(memoryStorage() as Storage, calls);
  const logger = recordingLogger();
  const callboard = createCallboard({
    storage,
    scheduler: inProcessScheduler(),
    transports: [whatsappTransport(sampleAccount)],
    templates: {},
    logger,
  });
  return { callboard, calls, logger };
}

function watched<Store extends object>(store: Store, calls: string[]): Store {
  return new Proxy(store, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member === "object" && member !== null) return watched(member, calls);
      if (typeof member !== "function") return member;
      return (...given: unknown[]) => {
        calls.push(String(key));
        return Reflect.apply(member, target, given) as unknown;
      };
    },
  });
}
