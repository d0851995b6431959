import { expect, test } from "vitest";
import { openSimulator, textMessage } from "./support/open-simulator.js";
import { webhookReceiver } from "./support/webhook-receiver.js";

/** The code of the socket error that ended a fetch. */
const resetCode = (error: { cause?: { code?: string } }) => error.cause?.code;

test("failNext() answers the next send with the error asked for, its headers and Meta's own status", async () => {
  const { simulator, send } = await openSimulator();
  simulator.failNext({ kind: "error", code: 130429, httpStatus: 429, headers: { "Retry-After": "7" } });
  simulator.failNext({ kind: "error", code: 131016 });
  const limited = await send(textMessage("a"));
  expect([limited.status, limited.body.error.code, limited.headers.get("retry-after")]).toEqual([
    429,
    130429,
    "7",
  ]);
  const down = await send(textMessage("a"));
  expect([down.status, down.body.error.message]).toEqual([500, "(#131016) Service unavailable"]);
  expect((await send(textMessage("a"))).status).toBe(200);
  expect(simulator.messages()).toHaveLength(1);
});

test("a service outage is marked as transient", async () => {
  const { simulator, send } = await openSimulator();
  simulator.failNext({ kind: "error", code: 2 });
  expect((await send(textMessage("a"))).body.error).toMatchObject({ code: 2, is_transient: true });
});

test("failNext() with times lets that many sends meet the fault", async () => {
  const { simulator, send } = await openSimulator();
  simulator.failNext({ kind: "error", code: 131000 }, { times: 2 });
  const answers = [await send(textMessage("a")), await send(textMessage("a")), await send(textMessage("a"))];
  expect(answers.map(({ status }) => status)).toEqual([500, 500, 200]);
});

test("a refused body and a read receipt leave the fault for the next send", async () => {
  const { simulator, send } = await openSimulator();
  simulator.failNext({ kind: "error", code: 131000 });
  await send({});
  await send({ messaging_product: "whatsapp", status: "read", message_id: "wamid.x" });
  expect((await send(textMessage("a"))).body.error.code).toBe(131000);
});

test("reset cuts the connection and delivers nothing", async () => {
  const { simulator, send } = await openSimulator();
  simulator.failNext({ kind: "reset" });
  const error = await send(textMessage("a")).catch((reason) => reason);
  expect(resetCode(error)).toBe("ECONNRESET");
  expect(simulator.messages()).toEqual([]);
});

test("lost-answer delivers the message, webhooks included, and cuts the connection", async () => {
  const receiver = await webhookReceiver();
  const { simulator, send, pass } = await openSimulator({ webhookUrl: receiver.url });
  simulator.failNext({ kind: "lost-answer" });
  const error = await send(textMessage("a", { biz_opaque_callback_data: "attempt-1" })).catch(
    (reason) => reason,
  );
  expect(resetCode(error)).toBe("ECONNRESET");
  await pass(40);
  expect(receiver.received[0]?.value.statuses[0]).toMatchObject({
    status: "sent",
    biz_opaque_callback_data: "attempt-1",
  });
});

test("silence keeps quiet until its time is over, then closes without delivering", async () => {
  const { simulator, send, clock } = await openSimulator();
  simulator.failNext({ kind: "silence", ms: 60_000 });
  const answer = send(textMessage("a")).catch((reason) => reason);
  let isOver = false;
  void answer.finally(() => {
    isOver = true;
  });
  await send({});
  expect(isOver).toBe(false);
  clock.advance(60_000);
  expect(await answer).toBeInstanceOf(TypeError);
  expect(simulator.messages()).toEqual([]);
});

test("stop() ends a silence", async () => {
  const { simulator, send } = await openSimulator();
  simulator.failNext({ kind: "silence", ms: 60_000 });
  const answer = send(textMessage("a")).catch((reason) => reason);
  await send({});
  await simulator.stop();
  expect(await answer).toBeInstanceOf(TypeError);
});

test("html answers with a page instead of JSON", async () => {
  const { simulator, send } = await openSimulator();
  simulator.failNext({ kind: "html", httpStatus: 502 });
  const { status, headers, body } = await send(textMessage("a"));
  expect([status, headers.get("content-type")]).toEqual([502, "text/html; charset=utf-8"]);
  expect(body).toContain("<h1>502</h1>");
});

test("failed-status accepts the message and reports its failure by webhook", async () => {
  const receiver = await webhookReceiver();
  const { simulator, send, pass } = await openSimulator({ webhookUrl: receiver.url });
  simulator.failNext({ kind: "failed-status", code: 131047 });
  expect((await send(textMessage("a"))).status).toBe(200);
  await pass(1_000);
  expect(receiver.received.map(({ value }) => value.statuses[0].errors[0].title)).toEqual([
    "Re-engagement message",
  ]);
  expect(simulator.messages()[0]).toMatchObject({ status: "failed", errorCode: 131047 });
});

test("failNext() throws on a fault that does not exist", async () => {
  const { simulator } = await openSimulator();
  // @ts-expect-error no such kind
  expect(() => simulator.failNext({ kind: "earthquake" })).toThrow();
});

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
