import type { Notification } from "../domain/notification.js";
import { linksTo } from "../links-to.js";
import type { TelemetrySpan } from "../ports/telemetry.js";
import type { Runtime } from "../runtime.js";
import type { SendOutcome } from "./send-one.js";

/** Tells telemetry of one attempt: when it begins, and what came of it. */
export async function sendInSpan(
  { telemetry, clock }: Runtime,
  {
    notification,
    attemptId,
    traceParent: parent,
  }: {
    readonly notification: Notification;
    readonly attemptId: string;
    /** Of the span in which it was claimed. */
    readonly traceParent: string | null;
  },
  send: () => Promise<SendOutcome>,
): Promise<SendOutcome> {
  const { id: notificationId, batchId, template, channel, nextAttemptAt: dueAt } = notification;
  const now = clock.now();
  // A due time by the store's clock may still lie ahead by this process's.
  const lagMs = Math.max(0, now.getTime() - (dueAt ?? now).getTime());
  telemetry.record("dispatch.lag", lagMs / 1_000, { channel });
  const attributes = { notificationId, attemptId, batchId, template, channel };
  const outcome = await telemetry.span(
    { name: "send", parent, attributes, links: linksTo([notification]) },
    async (span) => describe(span, await send()),
  );
  const labels = { channel, outcome: classOf(outcome) };
  telemetry.count("sends", 1, labels);
  telemetry.record("send.duration", Math.max(0, outcome.durationMs) / 1_000, labels);
  return outcome;
}

function describe(span: TelemetrySpan, outcome: SendOutcome): SendOutcome {
  if (outcome.type === "accepted") {
    span.set({ outcome: "accepted" });
    return outcome;
  }
  const { failureClass, providerCode } = outcome.failure;
  span.set({ outcome: failureClass, ...(providerCode !== null && { providerCode }) });
  span.fail(failureClass);
  return outcome;
}

function classOf(outcome: SendOutcome): string {
  return outcome.type === "accepted" ? "accepted" : outcome.failure.failureClass;
}
