import type { WhatsappSimulator } from "@callboard/whatsapp-simulator";
import { expect, test } from "vitest";
import { authorized, messagesPath, openSimulator, textMessage } from "./support/open-simulator.js";
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

const bodyOf = async (simulator: WhatsappSimulator, body: unknown) =>
  fetch(`${simulator.url}${messagesPath}`, {
    method: "POST",
    headers: authorized,
    body: JSON.stringify(body),
  });

test("error-in-200 answers 200 with an error and delivers nothing", async () => {
  const { simulator, send } = await openSimulator();
  simulator.failNext({ kind: "error-in-200", code: 131000 });
  const { status, body } = await send(textMessage("a"));
  expect([status, body.error.code]).toEqual([200, 131000]);
  expect(body.error.fbtrace_id).toMatch(/./);
  expect(simulator.messages()).toEqual([]);
});

test("no-message-id delivers the message and answers 200 without its id", async () => {
  const { simulator, send } = await openSimulator();
  simulator.failNext({ kind: "no-message-id" });
  const { status, body } = await send(textMessage("a"));
  expect([status, body.messages]).toEqual([200, []]);
  expect(simulator.messages()).toHaveLength(1);
});

test("truncated-json delivers the message and answers 200 with half of the body", async () => {
  const { simulator } = await openSimulator();
  simulator.failNext({ kind: "truncated-json" });
  const response = await bodyOf(simulator, textMessage("a"));
  expect(response.status).toBe(200);
  await expect(response.json()).rejects.toThrow(SyntaxError);
  expect(simulator.messages()).toHaveLength(1);
});

test("slow-headers delivers the message and answers after its time", async () => {
  const { simulator, send, clock } = await openSimulator();
  simulator.failNext({ kind: "slow-headers", ms: 30_000 });
  const answer = send(textMessage("a"));
  let isOver = false;
  void answer.finally(() => {
    isOver = true;
  });
  while (simulator.messages().length === 0) await send({});
  clock.advance(29_999);
  await send({});
  expect(isOver).toBe(false);
  clock.advance(1);
  expect((await answer).status).toBe(200);
});

test("slow-body answers with headers at once, then with a byte every msPerByte", async () => {
  const { simulator, clock } = await openSimulator();
  simulator.failNext({ kind: "slow-body", msPerByte: 1_000 });
  const response = await bodyOf(simulator, textMessage("a"));
  const length = Number(response.headers.get("content-length"));
  const reader = response.body!.getReader();
  let read = 0;
  for (; read < length; read += (await reader.read()).value?.length ?? 0) clock.advance(1_000);
  expect(read).toBe(length);
  expect((await reader.read()).done).toBe(true);
});

test("stop() and reset() end a slow body", async () => {
  const { simulator } = await openSimulator();
  for (const end of [() => simulator.reset(), () => simulator.stop()]) {
    simulator.failNext({ kind: "slow-body" });
    const response = await bodyOf(simulator, textMessage("a"));
    const text = response.text().catch((error) => error);
    await end();
    expect(await text).toBeInstanceOf(TypeError);
  }
});

test("endless-body goes on for as long as the client reads, and the simulator lives on", async () => {
  const { simulator, send } = await openSimulator();
  simulator.failNext({ kind: "endless-body" });
  const response = await bodyOf(simulator, textMessage("a"));
  const reader = response.body!.getReader();
  let read = 0;
  while (read < 2_000_000) read += (await reader.read()).value?.length ?? 0;
  await reader.cancel();
  expect((await send(textMessage("b"))).status).toBe(200);
  expect(simulator.messages()).toHaveLength(2);
});

test("expireToken() refuses every call with 190/463 until another token is set, which turns the former into 467", async () => {
  const { simulator, send } = await openSimulator();
  simulator.expireToken();
  const expired = await send(textMessage("a"));
  expect([expired.status, expired.body.error.code, expired.body.error.error_subcode]).toEqual([
    401, 190, 463,
  ]);
  simulator.setAccessToken("fresh");
  expect((await send(textMessage("a"))).body.error).toMatchObject({ code: 190, error_subcode: 467 });
  expect((await send(textMessage("a"), { authorization: "Bearer fresh" })).status).toBe(200);
});

test("startMaintenance() refuses sends with 131057 for a minute, and leaves queued faults for afterwards", async () => {
  const { simulator, send, pass } = await openSimulator();
  simulator.failNext({ kind: "error", code: 131000 });
  simulator.startMaintenance();
  await pass(59_999);
  const refused = await send(textMessage("a"));
  expect([refused.status, refused.body.error.code]).toEqual([500, 131057]);
  await pass(1);
  expect((await send(textMessage("a"))).body.error.code).toBe(131000);
  expect((await send(textMessage("a"))).status).toBe(200);
  expect(() => simulator.startMaintenance(-1)).toThrow(TypeError);
});

test('failNext() with on "management" leaves sends alone and spoils the next call about templates', async () => {
  const { simulator, send } = await openSimulator();
  const list = () =>
    fetch(`${simulator.url}/v25.0/100000000000002/message_templates`, { headers: authorized });
  simulator.failNext({ kind: "html", httpStatus: 502 }, { on: "management" });
  simulator.failNext({ kind: "error", code: 131000 });
  expect((await send(textMessage("a"))).body.error.code).toBe(131000);
  expect((await list()).status).toBe(502);
  expect((await list()).status).toBe(200);
  simulator.failNext({ kind: "lost-answer" }, { on: "management" });
  expect(resetCode(await list().catch((error) => error))).toBe("ECONNRESET");
});

test("failNext() refuses a fault of sends for management calls", async () => {
  const { simulator } = await openSimulator();
  expect(() => simulator.failNext({ kind: "no-message-id" }, { on: "management" })).toThrow("only for sends");
});

test("reset() ends maintenance, faults and an expired token", async () => {
  const { simulator, send } = await openSimulator();
  simulator.expireToken();
  simulator.startMaintenance();
  simulator.failNext({ kind: "reset" });
  simulator.reset();
  expect((await send(textMessage("a"))).status).toBe(200);
});

test("failNext() throws on a fault that does not exist", async () => {
  const { simulator } = await openSimulator();
  // @ts-expect-error no such kind
  expect(() => simulator.failNext({ kind: "earthquake" })).toThrow();
});
