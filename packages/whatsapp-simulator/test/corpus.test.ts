import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  draft,
  minuteMs,
  type OpenAccount,
  openAccount,
  body as template,
  templatesPath,
} from "./support/open-account.js";
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

const submitted = isPresent ? readdirSync(join(corpus, "templates")).filter(isSubmission) : [];

/** Bodies of calls, not answers to them. */
function isSubmission(file: string): boolean {
  return /^(create|edit)-/.test(file) && !file.startsWith("create-response-");
}

/** Real template bodies that the simulator refuses, and why. */
const refusedTemplates: ReadonlyMap<string, RegExp> = new Map([
  // It belongs to another call, which takes several languages at once.
  ["create-upsert-authentication-authentication-code-copy-code-button.json", /language/],
]);

test.skipIf(!isPresent).each(submitted)(
  "the real template %s is accepted and approved, or refused for a stated reason",
  async (file) => {
    const { call, create, clock, simulator } = await openAccount();
    const isEdit = file.startsWith("edit-");
    const path = isEdit ? await create(draft()) : templatesPath;
    await clock.advance(minuteMs);
    const { status, body } = await call("POST", path, read("templates", file));
    const reason = refusedTemplates.get(file);
    if (reason !== undefined) {
      expect(body.error.message).toMatch(reason);
      return;
    }
    expect([status, body.error]).toEqual([200, undefined]);
    await clock.advance(minuteMs);
    expect(simulator.templates()[0]?.status).toBe("APPROVED");
  },
);

const realRefusals: [file: string, provoke: (account: OpenAccount) => Promise<unknown>][] = [
  [
    "http400-create-2388046-name-format.json",
    ({ call }) => call("POST", templatesPath, draft({ name: "A" })),
  ],
  [
    "http400-create-2388293-word-ratio.json",
    ({ call }) =>
      call("POST", templatesPath, draft({ components: [template("A {{1}} {{2}} b.", [["x", "y"]])] })),
  ],
  ["http400-edit-2388039-pending.json", async ({ call, create }) => call("POST", await create(draft()), {})],
];

test.skipIf(!isPresent).each(realRefusals)("a refusal has what the real %s has", async (file, provoke) => {
  const answered = (await provoke(await openAccount())) as { body: { error: Record<string, unknown> } };
  const { error } = read("errors", file);
  const { message, type, code, error_subcode, error_data, is_transient } = answered.body.error;
  expect({ message, type, code, error_subcode, error_data, is_transient }).toEqual({
    message: error.message,
    type: error.type,
    code: error.code,
    error_subcode: error.error_subcode,
    error_data: error.error_data,
    is_transient: error.is_transient,
  });
});

test.skipIf(!isPresent)("creation, list and template webhooks have the keys of real ones", async () => {
  const receiver = await webhookReceiver();
  const { call, clock } = await openAccount({ webhookUrl: receiver.url, limits: { templates: null } });
  const adjacent = [template("Dear {{1}} {{2}}, your order is on its way to you.", [["Ada", "L"]])];
  const { body } = await call("POST", templatesPath, draft({ category: "MARKETING", components: adjacent }));
  expect(keys(body)).toEqual(keys(read("templates", "create-response-pending-utility.json")));
  await call("POST", templatesPath, draft({ name: "second" }));
  await clock.advance(minuteMs);
  const rejected = JSON.parse(receiver.received[0]?.raw.toString() ?? "");
  const realWebhook = "webhook-message-template-status-update-rejected-invalid-format.json";
  expect(keys(rejected)).toEqual(keys(read("webhooks", realWebhook)));
  const { body: list } = await call("GET", `${templatesPath}?limit=1&fields=name,category,status`);
  expect(keys(list)).toEqual(keys(read("templates", "list-response-template-management-v2.json")));
});

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
