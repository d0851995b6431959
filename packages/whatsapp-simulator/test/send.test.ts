import { expect, test } from "vitest";
import {
  authorized,
  messagesPath,
  openSimulator,
  templateMessage,
  textMessage,
} from "./support/open-simulator.js";

test("a text is answered with 200, the number as written, its wa_id and a new wamid", async () => {
  const { send, simulator } = await openSimulator();
  const { status, headers, body } = await send(textMessage("Hello", { to: "+1 (631) 555-5555" }));
  expect(status).toBe(200);
  expect(body).toEqual({
    messaging_product: "whatsapp",
    contacts: [{ input: "+1 (631) 555-5555", wa_id: "16315555555" }],
    messages: [{ id: expect.stringMatching(/^wamid\.[\w+/]+=*$/) }],
  });
  expect(headers.get("x-fb-trace-id")).toMatch(/^A[\w-]{22}$/);
  expect(headers.get("facebook-api-version")).toBe("v25.0");
  expect(simulator.messages()).toMatchObject([
    { id: body.messages[0].id, to: "+16315555555", text: "Hello" },
  ]);
});

test("a template is answered with the message status accepted", async () => {
  const { send } = await openSimulator();
  const { body } = await send(templateMessage("order_shipped", { parameters: ["A-17"] }));
  expect(body.messages).toEqual([{ id: expect.any(String), message_status: "accepted" }]);
});

test("a plain text may leave out its type", async () => {
  const { send } = await openSimulator();
  const { status } = await send(textMessage("Hello", { type: undefined }));
  expect(status).toBe(200);
});

test("two sends of one body are two messages: there is no idempotency key", async () => {
  const { send, simulator } = await openSimulator();
  await send(textMessage("Hello"));
  await send(textMessage("Hello"));
  expect(new Set(simulator.messages().map(({ id }) => id)).size).toBe(2);
});

test("a read receipt is answered with success and marks the person's message", async () => {
  const { send, simulator } = await openSimulator();
  const id = await simulator.receive({ from: "+263771234567", text: "Hi" });
  const { status, body } = await send({ messaging_product: "whatsapp", status: "read", message_id: id });
  expect([status, body]).toEqual([200, { success: true }]);
  expect(simulator.replies()[0]?.readAt).not.toBeNull();
  expect(simulator.messages()).toEqual([]);
});

const badCalls: [circumstance: string, path: string, headers: Record<string, string>, expected: object][] = [
  ["a version of another form", "/25/100000000000001/messages", authorized, { status: 400, code: 2500 }],
  [
    "a version that is not released",
    "/v27.0/100000000000001/messages",
    authorized,
    { status: 400, code: 2500 },
  ],
  ["an unknown edge", "/v25.0/100000000000001/parcels", authorized, { status: 400, code: 2500 }],
  ["no token", messagesPath, { "content-type": "application/json" }, { status: 401, code: 190 }],
  ["another token", messagesPath, { ...authorized, authorization: "Bearer x" }, { status: 401, code: 190 }],
  [
    "another phone number id",
    "/v25.0/263771234567/messages",
    authorized,
    { status: 400, code: 100, subcode: 33 },
  ],
  [
    "another content type",
    messagesPath,
    { ...authorized, "content-type": "text/plain" },
    { status: 400, code: 100 },
  ],
];

test.each(badCalls)("a call with %s is refused in Meta's shape", async (_, path, headers, expected) => {
  const { post, simulator } = await openSimulator();
  const { status, body, headers: answered } = await post(path, JSON.stringify(textMessage("Hello")), headers);
  const { code, error_subcode: subcode, message, type, fbtrace_id } = body.error;
  expect({ status, code, subcode }).toEqual({ subcode: undefined, ...expected });
  expect([typeof message, typeof type]).toEqual(["string", "string"]);
  expect(answered.get("x-fb-trace-id")).toBe(fbtrace_id);
  expect(answered.get("www-authenticate")).toMatch(
    /^OAuth "Facebook Platform" "invalid_(token|request)" ".+"$/,
  );
  expect(simulator.messages()).toEqual([]);
});

test("a GET of the messages endpoint is an unsupported request", async () => {
  const { simulator } = await openSimulator();
  const response = await fetch(`${simulator.url}${messagesPath}`, { headers: authorized });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: 100, type: "GraphMethodException" } });
});

test("malformed JSON is refused with code 100 and says so", async () => {
  const { post } = await openSimulator();
  const { status, body } = await post(messagesPath, '{"to":', authorized);
  expect(status).toBe(400);
  expect(body.error).toMatchObject({
    code: 100,
    error_data: { details: "The request body is not valid JSON." },
  });
});

const reply = (id: string, title: string) => ({ type: "reply", reply: { id, title } });
const interactive = (content: object) => ({
  messaging_product: "whatsapp",
  to: "+263771234567",
  type: "interactive",
  interactive: {
    type: "button",
    body: { text: "Well?" },
    action: { buttons: [reply("y", "Yes")] },
    ...content,
  },
});
const link = (parameters: object) =>
  interactive({
    type: "cta_url",
    action: {
      name: "cta_url",
      parameters: { display_text: "Open", url: "https://x.example", ...parameters },
    },
  });

const badBodies: [circumstance: string, body: unknown, code: number, words: RegExp][] = [
  ["a list", [], 100, /messaging_product is required/],
  [
    "no messaging_product",
    textMessage("a", { messaging_product: undefined }),
    100,
    /messaging_product is required/,
  ],
  ["another messaging_product", textMessage("a", { messaging_product: "sms" }), 100, /messaging_product/],
  ["no recipient", textMessage("a", { to: undefined }), 100, /parameter to is required/],
  ["a recipient that is no number", textMessage("a", { to: "Tariro" }), 131009, /phone number/],
  ["a recipient too short", textMessage("a", { to: "+12345" }), 131009, /phone number/],
  ["a recipient that is the sender", textMessage("a", { to: "+15550100000" }), 131021, /same phone number/],
  ["an unknown type", textMessage("a", { type: "pigeon" }), 100, /Param type/],
  ["no text object", textMessage("a", { text: undefined }), 131008, /'text' is mandatory/],
  ["an empty text", textMessage(""), 100, /text\['body'\]/],
  ["a text of 4097 characters", textMessage("a".repeat(4097)), 100, /text\['body'\].*4096/],
  [
    "callback data of 513 characters",
    textMessage("a", { biz_opaque_callback_data: "a".repeat(513) }),
    100,
    /callback/,
  ],
  ["a template without a name", templateMessage(""), 100, /template\['name'\]/],
  ["a template without a language", { ...templateMessage("a"), template: { name: "a" } }, 131008, /language/],
  ["an empty parameter", templateMessage("a", { parameters: [""] }), 131008, /missing text value/],
  ["a blank parameter", templateMessage("a", { parameters: ["  "] }), 131008, /missing text value/],
  ["a parameter with a newline", templateMessage("a", { parameters: ["x\ny"] }), 132018, /new-line/],
  ["a parameter with a tab", templateMessage("a", { parameters: ["x\ty"] }), 132018, /tab/],
  [
    "a parameter with five spaces",
    templateMessage("a", { parameters: ["x     y"] }),
    132018,
    /4 consecutive spaces/,
  ],
  [
    "a parameter of 1025 characters",
    templateMessage("a", { parameters: ["x".repeat(1025)] }),
    132005,
    /1024/,
  ],
  [
    "four reply buttons",
    interactive({ action: { buttons: ["a", "b", "c", "d"].map((x) => reply(x, x)) } }),
    131009,
    /1 to 3/,
  ],
  ["no reply button", interactive({ action: { buttons: [] } }), 131009, /1 to 3/],
  [
    "a button title of 21 characters",
    interactive({ action: { buttons: [reply("a", "a".repeat(21))] } }),
    131009,
    /20/,
  ],
  [
    "two equal button titles",
    interactive({ action: { buttons: [reply("a", "x"), reply("b", "x")] } }),
    131009,
    /title/,
  ],
  [
    "an interactive body of 1025 characters",
    interactive({ body: { text: "a".repeat(1025) } }),
    131009,
    /1024/,
  ],
  ["an interactive footer of 61 characters", interactive({ footer: { text: "a".repeat(61) } }), 131009, /60/],
  ["no interactive body", interactive({ body: undefined }), 131008, /body/],
  ["a link label of 21 characters", link({ display_text: "a".repeat(21) }), 131009, /20/],
  ["a link that is no web address", link({ url: "javascript:alert(1)" }), 131009, /http/],
  ["an unknown interactive type", interactive({ type: "carousel_of_horses" }), 131009, /type/],
];

test.each(badBodies)("a body with %s is refused with the right code", async (_, body, code, words) => {
  const { send, simulator } = await openSimulator();
  const { status, body: answer } = await send(body);
  expect(status).toBe(400);
  expect(answer.error).toMatchObject({ code, type: "OAuthException" });
  expect(`${answer.error.message} ${answer.error.error_data?.details}`).toMatch(words);
  expect(simulator.messages()).toEqual([]);
});

const goodBodies: [circumstance: string, body: unknown][] = [
  ["a text of 4096 emoji", textMessage("🌿".repeat(4096))],
  ["callback data of 512 characters", textMessage("a", { biz_opaque_callback_data: "a".repeat(512) })],
  ["a parameter with four spaces", templateMessage("a", { parameters: ["x    y"] })],
  [
    "a component type in capitals",
    templateMessage("a", { components: [{ type: "HEADER", parameters: [] }] }),
  ],
  ["three reply buttons", interactive({ action: { buttons: ["a", "b", "c"].map((x) => reply(x, x)) } })],
  ["a link button", link({})],
];

test.each(goodBodies)("a body with %s is accepted", async (_, body) => {
  const { send } = await openSimulator();
  expect((await send(body)).status).toBe(200);
});

test("messages() keeps callback data, the quoted id and the request", async () => {
  const { send, simulator } = await openSimulator();
  const body = textMessage("Hello", {
    biz_opaque_callback_data: "attempt-7",
    context: { message_id: "wamid.x" },
  });
  await send(body);
  expect(simulator.messages()).toMatchObject([
    { callbackData: "attempt-7", quotedId: "wamid.x", status: "accepted", request: body },
  ]);
});

test("requestCount() counts refused calls too, and reset() starts anew", async () => {
  const { send, simulator } = await openSimulator();
  await send(textMessage("Hello"));
  await send({});
  expect(simulator.requestCount()).toBe(2);
  simulator.reset();
  expect([simulator.requestCount(), simulator.messages()]).toEqual([0, []]);
});
