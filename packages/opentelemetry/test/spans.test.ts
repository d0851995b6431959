import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openTelemetry } from "../src/index.js";
import { idOf, isOrdered, linksOf, Observer } from "./observer.js";
import { openStage, type Stage } from "./stage.js";

let observer: Observer;
let stage: Stage;

beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
afterAll(() => context.disable());

beforeEach(async () => {
  observer = new Observer();
  stage = await openStage({ telemetry: openTelemetry(observer), people: 40 });
});

afterEach(async () => {
  await stage.close();
  await observer.close();
});

const one = { userIds: ["user-1"] };

test("queueing, dispatch, send and receipt are linked to each other by ids", async () => {
  const { queued } = await stage.queue(one);
  await stage.clock.advance(0);
  await stage.report(stage.transport.receipt("fake-1", "delivered"));

  const queue = await observer.span("callboard queue");
  const dispatch = await observer.span("callboard dispatch");
  const send = await observer.span("callboard send chat");
  const receipts = await observer.span("callboard receipts");
  const queueId = idOf(queue.spanContext());
  expect([dispatch, send, receipts].map(linksOf)).toEqual([[queueId], [queueId], [queueId]]);
  expect(send.parentSpanContext?.spanId).toBe(dispatch.spanContext().spanId);
  expect(send.spanContext().traceId).toBe(dispatch.spanContext().traceId);
  expect(send.attributes["messaging.message.id"]).toBe(queued[0]?.id);
  expect(isOrdered(queue.endTime, send.startTime)).toBe(true);
});

test("dispatch begins a trace of its own, although it was rung for in the middle of a request", async () => {
  await observer.tracerProvider.getTracer("host").startActiveSpan("POST /orders", async (span) => {
    await stage.queue(one);
    await stage.clock.advance(0);
    span.end();
  });
  const queue = await observer.span("callboard queue");
  const dispatch = await observer.span("callboard dispatch");
  expect(dispatch.parentSpanContext).toBeUndefined();
  expect(dispatch.spanContext().traceId).not.toBe(queue.spanContext().traceId);
});

test("queueNotificationsToUsers() within a span of the host's continues its trace, and so does webhook()", async () => {
  const tracer = observer.tracerProvider.getTracer("host");
  await tracer.startActiveSpan("POST /orders", async (span) => {
    await stage.queue(one);
    span.end();
  });
  await stage.clock.advance(0);
  await tracer.startActiveSpan("POST /webhook", async (span) => {
    await stage.report(stage.transport.receipt("fake-1", "delivered"));
    span.end();
  });
  for (const [inner, outer] of [
    ["callboard queue", "POST /orders"],
    ["callboard receipts", "POST /webhook"],
  ] as const) {
    const parent = await observer.span(outer);
    expect((await observer.span(inner)).parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
  }
});

test("the send is the active span while the transport sends", async () => {
  const active: (string | undefined)[] = [];
  stage.transport.send = async () => {
    await null;
    active.push(trace.getActiveSpan()?.spanContext().spanId);
    return { providerMessageId: "m1" };
  };
  await stage.queue(one);
  await stage.clock.advance(0);
  expect(active).toEqual([(await observer.span("callboard send chat")).spanContext().spanId]);
});

test("a call to 40 people has one span, and each of their sends links to it", async () => {
  await stage.queue();
  await stage.clock.advance(0);
  const queue = await observer.span("callboard queue");
  const sends = await observer.spans("callboard send chat");
  expect(sends.map(linksOf)).toEqual(Array.from({ length: 40 }, () => [idOf(queue.spanContext())]));
  expect(queue.attributes).toMatchObject({ "messaging.batch.message_count": 40 });
  expect(linksOf(await observer.span("callboard dispatch"))).toEqual([idOf(queue.spanContext())]);
});

test("a dispatch of 40 calls links to 32 of them", async () => {
  // Before the first sweep: every eighth claim takes a part of what is due, and these are to be taken by one.
  const at = new Date(stage.clock.now().getTime() + 1_000);
  for (let call = 1; call <= 40; call += 1) await stage.queue({ userIds: [`user-${call}`], at });
  await stage.clock.advance(1_000);
  const queues = new Set((await observer.spans("callboard queue")).map((span) => idOf(span.spanContext())));
  const dispatch = await observer.span("callboard dispatch");
  expect(dispatch.attributes["messaging.batch.message_count"]).toBe(40);
  const links = linksOf(dispatch);
  expect(links).toHaveLength(32);
  expect(new Set(links).size).toBe(32);
  expect(links.every((link) => queues.has(link))).toBe(true);
});

test("each span says which operation of which channel and template it is", async () => {
  const { batchId, queued } = await stage.queue(one);
  await stage.clock.advance(0);
  await stage.report(stage.transport.receipt("fake-1", "read"));
  const [attempt] = await stage.storage.notifications.attemptsOf([queued[0]?.id ?? ""]);
  const common = { "messaging.system": "callboard" };
  const what = { "callboard.template": "order", "messaging.destination.name": "chat" };
  const described = (await observer.spans()).map(({ name, kind, attributes }) => [name, kind, attributes]);
  expect(described).toEqual([
    [
      "callboard queue",
      SpanKind.PRODUCER,
      {
        ...common,
        ...what,
        "messaging.operation.name": "queue",
        "messaging.operation.type": "send",
        "callboard.batch.id": batchId,
        "messaging.batch.message_count": 1,
        "callboard.batch.skipped_count": 0,
      },
    ],
    [
      "callboard dispatch",
      SpanKind.CONSUMER,
      {
        ...common,
        "messaging.operation.name": "dispatch",
        "messaging.operation.type": "process",
        "messaging.batch.message_count": 1,
      },
    ],
    [
      "callboard send chat",
      SpanKind.CLIENT,
      {
        ...common,
        ...what,
        "messaging.operation.name": "send",
        "messaging.operation.type": "send",
        "messaging.message.id": queued[0]?.id,
        "callboard.attempt.id": attempt?.id,
        "callboard.batch.id": batchId,
        "callboard.outcome": "accepted",
      },
    ],
    [
      "callboard receipts",
      SpanKind.CONSUMER,
      {
        ...common,
        "messaging.operation.name": "receipts",
        "messaging.operation.type": "process",
        "messaging.destination.name": "chat",
        "messaging.batch.message_count": 1,
      },
    ],
  ]);
});

test("a refused send is an error with class and provider code, and without the provider's words", async () => {
  stage.transport.failNext({
    failureClass: "permanent-recipient",
    providerCode: "131026",
    hint: "Ask user-1 for another number.",
  });
  await stage.queue(one);
  await stage.clock.advance(0);
  const send = await observer.span("callboard send chat");
  expect(send.status).toEqual({ code: SpanStatusCode.ERROR });
  expect(send.attributes).toMatchObject({
    "callboard.outcome": "permanent-recipient",
    "callboard.provider.code": "131026",
    "error.type": "permanent-recipient",
  });
  expect(send.events).toEqual([]);
});

test("queueNotificationsToUsers() that throws ends its span with the name of the error's class", async () => {
  const wrong = { template: "order", userIds: ["user-1"], context: { order: 17 } } as never;
  await expect(stage.callboard.queueNotificationsToUsers(wrong)).rejects.toThrow(/order/);
  const queue = await observer.span("callboard queue");
  expect(queue.status).toEqual({ code: SpanStatusCode.ERROR });
  expect(queue.attributes).toMatchObject({ "error.type": "InvalidContextError" });
  expect(queue.events).toEqual([]);
});

test("a receipt that came before its message was known links to the call when it is applied", async () => {
  stage.transport.hold();
  await stage.queue(one);
  await stage.clock.advance(0);
  const receipt = { ...stage.transport.receipt("fake-1", "delivered"), attemptId: null };
  await stage.report(receipt);
  expect(linksOf(await observer.span("callboard receipts"))).toEqual([]);
  stage.transport.release();
  await stage.clock.advance(0);
  const [, applied] = await observer.spans("callboard receipts");
  const queue = await observer.span("callboard queue");
  expect(applied && linksOf(applied)).toEqual([idOf(queue.spanContext())]);
  expect(applied?.parentSpanContext).toBeUndefined();
});

test("the spans of another process link to the call that queued", async () => {
  const at = new Date(stage.clock.now().getTime() + 1_000);
  const { storage, clock } = stage;
  await stage.queue({ ...one, at });
  await stage.callboard.stop();
  const other = new Observer();
  const worker = await openStage({ telemetry: openTelemetry(other), storage, clock });
  // Nobody rings there: the sweep finds it.
  await clock.advance(10_000);
  const queue = await observer.span("callboard queue");
  expect(linksOf(await other.span("callboard send chat"))).toEqual([idOf(queue.spanContext())]);
  await worker.close();
  await other.close();
});
