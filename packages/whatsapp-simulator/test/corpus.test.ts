import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openSimulator } from "./support/open-simulator.js";
import { webhookReceiver } from "./support/webhook-receiver.js";

const corpus = join(import.meta.dirname, "../../../../shared/whatsapp-corpus");
const isPresent = existsSync(corpus);
if (!isPresent) console.log("skipped: the corpus of real bodies is not beside this repository");

const read = (folder: string, file: string) => JSON.parse(readFileSync(join(corpus, folder, file), "utf8"));
const requests = isPresent ? readdirSync(join(corpus, "requests")) : [];

/** Real bodies that the simulator refuses, and why. */
const refused: ReadonlyMap<string, RegExp> = new Map([
  // A quick reply takes a payload; this sample passes a boolean as text.
  [
    "send-template-body-positional-button-quick-reply.json",
    /components'\]\[1\]\['parameters'\]\[0\]\['text'\]/,
  ],
]);

test.skipIf(!isPresent).each(requests)(
  "the real request %s is accepted, or refused for a stated reason",
  async (file) => {
    const { send } = await openSimulator();
    const { status, body } = await send(read("requests", file));
    const reason = refused.get(file);
    if (reason === undefined) expect([status, body.error]).toEqual([200, undefined]);
    else expect(body.error.error_data.details).toMatch(reason);
  },
);

/** The keys of a value, as sorted paths without list positions. */
function keys(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => keys(item, `${path}[]`)))].sort();
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value)
    .flatMap(([key, inner]) => keys(inner, `${path}.${key}`))
    .sort();
}

test.skipIf(!isPresent)("an error has the keys of a real error", async () => {
  const { send } = await openSimulator();
  const template = {
    name: "a",
    language: { code: "en_US" },
    components: [{ type: "body", parameters: [{ type: "text" }] }],
  };
  const { body } = await send({
    messaging_product: "whatsapp",
    to: "+263771234567",
    type: "template",
    template,
  });
  const real = read("errors", "http400-send-131008-missing-text-value.json");
  expect({ ...body.error, fbtrace_id: null }).toEqual({ ...real.error, fbtrace_id: null });
});

test.skipIf(!isPresent)("a success has the keys of a real success", async () => {
  const { send } = await openSimulator();
  const { body } = await send(read("requests", "send-template-no-params.json"));
  expect(keys(body)).toEqual(keys(read("responses", "send-accepted-status-accepted.json")));
});

test.skipIf(!isPresent)("inbound webhooks have the keys of real ones", async () => {
  const receiver = await webhookReceiver();
  const { simulator, send } = await openSimulator({ webhookUrl: receiver.url });
  await simulator.receive({ from: "+263771234567", text: "Hi!" });
  const quickReply = { type: "button", sub_type: "quick_reply", index: "0" };
  const template = { name: "a", language: { code: "en_US" }, components: [quickReply] };
  const { body } = await send({
    messaging_product: "whatsapp",
    to: "+263771234567",
    type: "template",
    template,
  });
  await simulator.press({ messageId: body.messages[0].id, index: 0 });
  const sent = receiver.received.map(({ raw }) => keys(JSON.parse(raw.toString())));
  const real = ["webhook-message-text.json", "webhook-message-button-reply-v2.json"];
  expect(sent).toEqual(real.map((file) => keys(read("webhooks", file))));
});
