import type { MetricLabels, SpanAttributes } from "@callboard/core/adapter";
import type { Attributes } from "@opentelemetry/api";

/** Names of OpenTelemetry's own conventions where one fits, and Callboard's otherwise. */
const spanNames: Readonly<Record<keyof SpanAttributes, string>> = {
  template: "callboard.template",
  channel: "messaging.destination.name",
  batchId: "callboard.batch.id",
  notificationId: "messaging.message.id",
  attemptId: "callboard.attempt.id",
  count: "messaging.batch.message_count",
  skipped: "callboard.batch.skipped_count",
  outcome: "callboard.outcome",
  providerCode: "callboard.provider.code",
};

const metricNames: Readonly<Record<keyof MetricLabels, string>> = {
  template: "callboard.template",
  channel: "messaging.destination.name",
  outcome: "callboard.outcome",
  status: "callboard.receipt.status",
};

/** @see https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/ */
export function spanAttributes(given: SpanAttributes): Attributes {
  return renamed(given, spanNames);
}

export function metricAttributes(given: MetricLabels): Attributes {
  return renamed(given, metricNames);
}

/** What has no name here is left out, so that nothing passes that was not meant to. */
function renamed<Given extends object>(
  given: Given,
  names: Readonly<Record<keyof Given, string>>,
): Attributes {
  const attributes: Attributes = {};
  for (const key of Object.keys(names) as (keyof Given)[]) {
    const value = given[key];
    if (typeof value === "string" || typeof value === "number") attributes[names[key]] = value;
  }
  return attributes;
}
