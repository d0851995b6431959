import fc from "fast-check";
import { expect, test } from "vitest";
import { openSimulator, templateMessage, textMessage } from "./support/open-simulator.js";
import { webhookReceiver } from "./support/webhook-receiver.js";

const json = { "content-type": "application/json" };

async function controlled(options = {}) {
  const opened = await openSimulator(options);
  return {
    ...opened,
    // biome-ignore lint/suspicious/noExplicitAny: tests read deep into bodies of many shapes
    ask: (name: string): Promise<any> =>
      fetch(`${opened.simulator.url}/_simulator/${name}`).then((response) => response.json()),
    tell: (name: string, input: unknown) => opened.post(`/_simulator/${name}`, JSON.stringify(input), json),
  };
}

test("another process scripts faults, reads the ledger and resets over HTTP", async () => {
  const { simulator, send, post } = await openSimulator();
  const json = { "content-type": "application/json" };
  const queued = await post(
    "/_simulator/faults",
    JSON.stringify({ kind: "html", httpStatus: 503, times: 2 }),
    json,
  );
  expect(queued.body).toEqual({ success: true, queued: 2 });
  expect((await send(textMessage("a"))).status).toBe(503);
  expect((await send(textMessage("a"))).status).toBe(503);
  await send(textMessage("Hello"));
  const ledger = await fetch(`${simulator.url}/_simulator/messages`).then((response) => response.json());
  expect(ledger).toMatchObject({
    messages: [{ text: "Hello", to: "+263771234567" }],
    replies: [],
    requestCount: 3,
  });
  expect((await post("/_simulator/reset", "")).status).toBe(200);
  expect(simulator.messages()).toEqual([]);
});

test.each([
  ["an unknown kind", { kind: "earthquake" }],
  ["a header that would split the answer", { kind: "error", code: 1, headers: { a: "b\r\nc: d" } }],
  ["zero times", { kind: "reset", times: 0 }],
])("POST /_simulator/faults with %s is refused", async (_, fault) => {
  const { post } = await openSimulator();
  const answer = await post("/_simulator/faults", JSON.stringify(fault), {
    "content-type": "application/json",
  });
  expect(answer.status).toBe(400);
});

test("another web site may not steer the simulator", async () => {
  const { post } = await openSimulator();
  const foreign = [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }];
  for (const headers of foreign) {
    expect((await post("/_simulator/reset", "", headers)).status).toBe(403);
    expect((await post("/_simulator/faults", "{}", headers)).status).toBe(403);
  }
});

test("another process lets a person write and press, and reads what was posted", async () => {
  const receiver = await webhookReceiver();
  const { simulator, send, ask, tell } = await controlled({
    webhookUrl: receiver.url,
    templates: [
      { name: "ask", language: "en_US", body: "Well?", buttons: [{ type: "quick_reply", text: "Yes" }] },
    ],
  });
  const written = await tell("receive", { from: "+263771234567", text: "Hi" });
  expect(simulator.replies()).toMatchObject([{ id: written.body.id, text: "Hi" }]);
  const messageId = (await send(templateMessage("ask"))).body.messages[0].id;
  expect((await tell("press", { messageId, index: 0 })).body).toMatchObject({ success: true });
  await tell("announce", { kind: "account_update", details: { event: "ACCOUNT_DELETED" } });
  await receiver.atLeast(3);
  await simulator.settled();
  const { webhooks } = await ask("webhooks");
  expect(webhooks).toHaveLength(3);
  expect(webhooks[0]).toMatchObject({ state: "delivered", posts: [{ httpStatus: 200 }] });
});

test("another process lists the templates and decides about them", async () => {
  const { ask, tell } = await controlled({ templates: [{ name: "ask", language: "en_US", body: "Well?" }] });
  const [template] = (await ask("templates")).templates;
  expect(template).toMatchObject({ name: "ask", status: "APPROVED" });
  const { body } = await tell("templates", { id: template.id, kind: "reject", reason: "SCAM" });
  expect(body.template).toMatchObject({ status: "REJECTED", rejectedReason: "SCAM" });
});

test("another process moves a virtual clock, and what falls due is told before the answer", async () => {
  const receiver = await webhookReceiver();
  const { send, ask, tell } = await controlled({ webhookUrl: receiver.url });
  await send(textMessage("Hello"));
  expect((await tell("clock", { advanceMs: 1_000 })).body.now).toBe("2026-11-23T08:00:01.000Z");
  expect(receiver.received).toHaveLength(3);
  expect((await ask("clock")).now).toBe("2026-11-23T08:00:01.000Z");
});

test("the machine's clock cannot be moved, and the answer says so", async () => {
  const clock = { now: () => new Date(), setTimeout: () => () => {} };
  const { tell } = await controlled({ clock });
  const { status, body } = await tell("clock", { advanceMs: 1 });
  expect([status, body.error]).toEqual([400, expect.stringContaining("virtual clock")]);
});

test("another process expires the token, sets another, and starts maintenance", async () => {
  const { send, tell } = await controlled();
  await tell("token", { accessToken: null });
  expect((await send(textMessage("a"))).body.error.error_subcode).toBe(463);
  await tell("token", { accessToken: "fresh" });
  await tell("maintenance", { ms: 1_000 });
  const refused = await send(textMessage("a"), { authorization: "Bearer fresh" });
  expect(refused.body.error.code).toBe(131057);
});

test.each([
  ["receive", { from: "me", text: "Hi" }, "E.164"],
  ["press", { messageId: "wamid.x", index: 0 }, "no message"],
  ["announce", { kind: "earthquake", details: {} }, "Known"],
  ["templates", { id: "1", kind: "approve" }, "no template"],
  ["templates", { id: "1", kind: "applaud" }, "no such decision"],
  ["maintenance", { ms: -1 }, "ms"],
  ["faults", { kind: "failed-status", code: 1, on: "management" }, "only for sends"],
])("POST %s with %j is refused with the reason", async (name, input, reason) => {
  const { tell } = await controlled();
  const { status, body } = await tell(name, input);
  expect([status, body.error]).toEqual([400, expect.stringContaining(reason)]);
});

test("a command that does not exist is answered with those that do", async () => {
  const { tell } = await controlled();
  const { status, body } = await tell("explode", {});
  expect(status).toBe(404);
  expect(body.error).toContain("POST /_simulator/clock");
});

test("a form of another web site cannot steer: only JSON is read", async () => {
  const { post, simulator } = await controlled();
  const form = { "content-type": "text/plain" };
  const input = JSON.stringify({ from: "+263771234567", text: "Hi" });
  expect((await post("/_simulator/receive", input, form)).status).toBe(400);
  expect(simulator.replies()).toEqual([]);
});

test("any JSON for any command is answered with 200 or 400, and the simulator lives on", async () => {
  const { simulator, tell } = await controlled();
  const names = ["receive", "press", "announce", "templates", "faults", "token", "maintenance"];
  const likely = fc.record(
    {
      from: fc.constantFrom("+263771234567", "me", 1),
      type: fc.constantFrom("text", "image", "location", "contacts", "reaction", "constructor"),
      kind: fc.constantFrom("reset", "error", "account_update", "user_preferences", "__proto__", "approve"),
      text: fc.jsonValue(),
      details: fc.jsonValue(),
      contacts: fc.jsonValue(),
      id: fc.jsonValue(),
      ms: fc.jsonValue(),
      code: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), fc.oneof(likely, fc.jsonValue()), async (name, input) => {
      expect([200, 400]).toContain((await tell(name, input)).status);
    }),
    { numRuns: 300 },
  );
  expect((await fetch(simulator.phonesUrl)).status).toBe(200);
}, 60_000);
