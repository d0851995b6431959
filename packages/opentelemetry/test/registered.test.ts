import { context, metrics, trace } from "@opentelemetry/api";
import { afterEach, expect, test } from "vitest";
import { openTelemetry } from "../src/index.js";
import { linksOf, Observer } from "./observer.js";
import { openStage } from "./stage.js";

afterEach(() => {
  trace.disable();
  metrics.disable();
  context.disable();
});

test("without an SDK everything is sent, and no row has a traceparent", async () => {
  const stage = await openStage({ telemetry: openTelemetry(), people: 3 });
  const { queued } = await stage.queue();
  await stage.clock.advance(0);
  const rows = await stage.storage.notifications.getMany(queued.map(({ id }) => id));
  expect(rows.map(({ status, traceParent }) => [status, traceParent])).toEqual(Array(3).fill(["sent", null]));
  expect(stage.logger.entries.filter(({ level }) => level !== "info" && level !== "debug")).toEqual([]);
  await stage.close();
});

test("an SDK that is registered after the first message gets spans and metrics from then on", async () => {
  const stage = await openStage({ telemetry: openTelemetry() });
  await stage.queue();
  await stage.clock.advance(0);
  const observer = new Observer();
  trace.setGlobalTracerProvider(observer.tracerProvider);
  metrics.setGlobalMeterProvider(observer.meterProvider);
  await stage.queue();
  await stage.clock.advance(0);
  expect((await observer.spans()).map(({ name }) => name)).toEqual([
    "callboard queue",
    "callboard dispatch",
    "callboard send chat",
  ]);
  expect(await observer.points("callboard.sends")).toMatchObject([{ value: 1 }]);
  await stage.close();
  await observer.close();
});

test("spans are linked to each other without a context manager as well", async () => {
  const observer = new Observer();
  const stage = await openStage({ telemetry: openTelemetry(observer) });
  await stage.queue();
  await stage.clock.advance(0);
  const { traceId, spanId } = (await observer.span("callboard queue")).spanContext();
  const send = await observer.span("callboard send chat");
  const dispatch = await observer.span("callboard dispatch");
  expect(linksOf(send)).toEqual([`${traceId}/${spanId}`]);
  expect(send.parentSpanContext?.spanId).toBe(dispatch.spanContext().spanId);
  await stage.close();
  await observer.close();
});

test("a provider that is given is used, whatever is registered", async () => {
  const [registered, given] = [new Observer(), new Observer()];
  trace.setGlobalTracerProvider(registered.tracerProvider);
  metrics.setGlobalMeterProvider(registered.meterProvider);
  const stage = await openStage({ telemetry: openTelemetry(given) });
  await stage.queue();
  await stage.clock.advance(0);
  expect([await registered.spans(), await registered.metrics()]).toEqual([[], []]);
  expect(await given.spans("callboard send chat")).toHaveLength(1);
  expect(await given.points("callboard.sends")).toHaveLength(1);
  await stage.close();
  await registered.close();
  await given.close();
});
