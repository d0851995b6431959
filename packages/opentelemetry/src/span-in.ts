import type { SpanName, SpanRequest, TelemetrySpan } from "@callboard/core/adapter";
import {
  type Attributes,
  type Context,
  context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { spanAttributes } from "./attributes.js";
import { linksTo, spanContextOf, traceParentOf } from "./trace-parent.js";

/** How each span looks to a backend that knows messaging systems. */
const operations: Readonly<Record<SpanName, { readonly kind: SpanKind; readonly type: string }>> = {
  queue: { kind: SpanKind.PRODUCER, type: "send" },
  dispatch: { kind: SpanKind.CONSUMER, type: "process" },
  send: { kind: SpanKind.CLIENT, type: "send" },
  receipts: { kind: SpanKind.CONSUMER, type: "process" },
};

/** Runs `work` in a span of this tracer, which is the active one for whatever the host's own instrumentation sees. */
export function spanIn(
  tracer: Tracer,
  { name, parent, attributes, links = [] }: SpanRequest,
  work: (span: TelemetrySpan) => Promise<void>,
): void {
  const { kind, type } = operations[name];
  const operation: Attributes = {
    "messaging.system": "callboard",
    "messaging.operation.name": name,
    "messaging.operation.type": type,
  };
  const options = {
    kind,
    attributes: { ...operation, ...spanAttributes(attributes) },
    links: linksTo(links),
  };
  const title = name === "send" ? `callboard send ${attributes.channel}` : `callboard ${name}`;
  tracer.startActiveSpan(title, options, contextOf(parent), (span) => {
    void work(telemetrySpan(span)).finally(() => span.end());
  });
}

function telemetrySpan(span: Span): TelemetrySpan {
  return {
    traceParent: traceParentOf(span.spanContext()),
    set: (attributes) => void span.setAttributes(spanAttributes(attributes)),
    link: (traceParents) => void span.addLinks(linksTo(traceParents)),
    // No message: it would be free text, and everything that is known is in the attributes.
    fail: (reason) =>
      void span.setStatus({ code: SpanStatusCode.ERROR }).setAttributes({ "error.type": reason }),
  };
}

function contextOf(parent: string | null | undefined): Context {
  if (parent === null) return ROOT_CONTEXT;
  const spanContext = parent === undefined ? null : spanContextOf(parent);
  return spanContext ? trace.setSpanContext(context.active(), spanContext) : context.active();
}
