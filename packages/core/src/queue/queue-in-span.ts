import type { WriteOptions } from "../ports/storage.js";
import type { TelemetrySpan } from "../ports/telemetry.js";
import type { Runtime } from "../runtime.js";
import type { PreparedBatch } from "./prepare-batch.js";
import type { QueuedNotification, QueueResult } from "./queue-request.js";
import type { WakeUps } from "./wake-ups.js";

/** One call inside a span, whose `traceparent` goes into every row: what becomes of them links back to it. */
export function queueInSpan(
  { telemetry }: Runtime,
  queue: (span: TelemetrySpan) => Promise<QueueResult>,
): Promise<QueueResult> {
  return telemetry.span({ name: "queue", attributes: {} }, async (span) => {
    const result = await queue(span);
    span.set({ count: result.queued.length, skipped: result.skipped.length });
    return result;
  });
}

/** Says what the call is about, as soon as it is known to be right. */
export function describeBatch(span: TelemetrySpan, { id, template, transport }: PreparedBatch): void {
  span.set({ batchId: id, template: template.version.name, channel: transport.name });
}

/** Counts what was written, once it is committed. */
export function countQueued<Tx>(
  {
    runtime,
    wakeUps,
    batch,
  }: { readonly runtime: Runtime<Tx>; readonly wakeUps: WakeUps<Tx>; readonly batch: PreparedBatch },
  queued: readonly QueuedNotification[],
  options: WriteOptions<Tx>,
): void {
  if (queued.length === 0) return;
  const labels = { template: batch.template.version.name, channel: batch.transport.name };
  wakeUps.afterCommit(() => runtime.telemetry.count("notifications.queued", queued.length, labels), options);
}
