import type { HrTime, SpanContext } from "@opentelemetry/api";
import {
  AggregationTemporality,
  type DataPoint,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";

/** The real SDK, which keeps in memory what it would export. */
export class Observer {
  readonly #spans = new InMemorySpanExporter();
  readonly #metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  readonly tracerProvider = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter: this.#spans })],
  });
  readonly meterProvider = new MeterProvider({
    // Never by itself within a test: `metrics` asks for it.
    readers: [
      new PeriodicExportingMetricReader({ exporter: this.#metrics, exportIntervalMillis: 86_400_000 }),
    ],
  });

  /** Everything that ended, in that order. @param name @default all */
  async spans(name?: string): Promise<ReadableSpan[]> {
    await this.tracerProvider.forceFlush();
    const spans = [...this.#spans.getFinishedSpans()];
    return name === undefined ? spans : spans.filter((span) => span.name === name);
  }

  /** The one span of this name. */
  async span(name: string): Promise<ReadableSpan> {
    const [span, ...others] = await this.spans(name);
    if (!span || others.length > 0) {
      const names = (await this.spans()).map((one) => one.name);
      throw new Error(`There is not one "${name}" among ${names.join(", ")}.`);
    }
    return span;
  }

  /** The values of one metric, each with its labels. */
  async points(name: string): Promise<DataPoint<number | Histogram>[]> {
    const metric = (await this.metrics()).find(({ descriptor }) => descriptor.name === name);
    return [...(metric?.dataPoints ?? [])] as DataPoint<number | Histogram>[];
  }

  /** Every metric that has a value, as last exported. */
  async metrics() {
    await this.meterProvider.forceFlush();
    const latest = this.#metrics.getMetrics().at(-1);
    return latest?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
  }

  /** All that left the process, as one text. */
  async text(): Promise<string> {
    const spans = (await this.spans()).map(exported);
    return JSON.stringify([spans, this.#metrics.getMetrics().map(({ scopeMetrics }) => scopeMetrics)]);
  }

  async close(): Promise<void> {
    await this.tracerProvider.shutdown();
    await this.meterProvider.shutdown();
  }
}

/** What an exporter would send; the span itself holds the whole provider. */
function exported(span: ReadableSpan) {
  const { name, kind, status, attributes, links, events, resource, instrumentationScope } = span;
  return {
    name,
    kind,
    status,
    attributes,
    links,
    events,
    resource: resource.attributes,
    instrumentationScope,
  };
}

/** Ids that tell whether two spans are the same. */
export function idOf({ traceId, spanId }: SpanContext): string {
  return `${traceId}/${spanId}`;
}

/** The spans that a span links to. */
export function linksOf({ links }: ReadableSpan): string[] {
  return links.map(({ context }) => idOf(context));
}

/** Whether the first time is not after the second. */
export function isOrdered([seconds, nanos]: HrTime, [laterSeconds, laterNanos]: HrTime): boolean {
  return seconds < laterSeconds || (seconds === laterSeconds && nanos <= laterNanos);
}
