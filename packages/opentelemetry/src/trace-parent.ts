import { isSpanContextValid, type Link, type SpanContext } from "@opentelemetry/api";

/** W3C `traceparent` of a span; `null` for one that no SDK made. */
export function traceParentOf(spanContext: SpanContext): string | null {
  if (!isSpanContextValid(spanContext)) return null;
  const { traceId, spanId, traceFlags } = spanContext;
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
}

/** What a `traceparent` names; `null` when it is none. */
export function spanContextOf(traceParent: string): SpanContext | null {
  const [, traceId = "", spanId = "", flags = ""] =
    /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceParent) ?? [];
  const spanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) };
  return isSpanContextValid(spanContext) ? spanContext : null;
}

/** A row may be older than the process: what it links to began somewhere else. */
export function linksTo(traceParents: readonly string[]): Link[] {
  return traceParents.flatMap((traceParent) => {
    const spanContext = spanContextOf(traceParent);
    return spanContext ? [{ context: { ...spanContext, isRemote: true } }] : [];
  });
}
