import { expect, test } from "vitest";
import { corpusFiles, corpusIsHere } from "./corpus.js";
import { appSecret, transportAt, verifyToken } from "./fixtures.js";
import { signed } from "./webhook-request.js";

if (!corpusIsHere) console.log("The corpus of WhatsApp bodies is not here: every test of it is left out.");

const files = corpusFiles("webhooks");
const expectedStatus: Record<string, string> = {
  sent: "sent",
  delivered: "delivered",
  read: "read",
  played: "read",
  failed: "failed",
};
const silent = ["reaction", "system", "revoke", "edit", "unsupported"];

// Each file names its own business number.
async function read(body: string) {
  const phoneNumberId = /"phone_number_id": ?"([^"]+)"/.exec(body)?.[1] ?? "106540352242922";
  const reading = await transportAt("https://graph.facebook.com", {
    phoneNumberId,
    appSecret,
    verifyToken,
  }).readWebhook?.(signed(body));
  expect(reading?.answer.status).toBe(200);
  return reading;
}

test.skipIf(!corpusIsHere)("the corpus holds webhooks of every kind that is read", () => {
  expect(files.filter(([name]) => /^webhook-(status|message)-/.test(name)).length).toBeGreaterThan(30);
});

test.each(files)("readWebhook() answers 200 to %s of the corpus", async (name, body) => {
  const reading = await read(body);
  if (!/^webhook-(status|18-changes)-/.test(name)) expect(reading?.receipts).toEqual([]);
  if (!name.startsWith("webhook-message-")) expect(reading?.inbound).toEqual([]);
});

test.each(files.filter(([name]) => name.startsWith("webhook-status-")))(
  "readWebhook() reads the receipt in %s of the corpus",
  async (name, body) => {
    const [, status = "", code] = /^webhook-status-([a-z]+)(?:-error-(\d+))?/.exec(name) ?? [];
    const { id } = (JSON.parse(body) as { entry: [{ changes: [{ value: { statuses: [{ id: string }] } }] }] })
      .entry[0].changes[0].value.statuses[0];
    const reading = await read(body);
    expect(reading?.receipts).toMatchObject([
      { providerMessageId: id, attemptId: null, status: expectedStatus[status] },
    ]);
    expect(reading?.receipts[0]?.failure?.providerCode).toBe(code);
  },
);

const letters = files.filter(([name]) => /^webhook-message-(?!template)/.test(name));
test.each(letters)("readWebhook() tells whether %s of the corpus opens a window", async (name, body) => {
  const reading = await read(body);
  const type = name.split(/[-.]/)[2] ?? "";
  expect(reading?.inbound).toHaveLength(silent.includes(type) ? 0 : 1);
  for (const { address } of reading?.inbound ?? []) expect(address).toMatch(/^\+\d{8,15}$/);
});
