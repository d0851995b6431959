import type { Telemetry } from "@callboard/core/adapter";
import { type MeterProvider, type TracerProvider, trace } from "@opentelemetry/api";
import { Instruments } from "./instruments.js";
import { spanIn } from "./span-in.js";

export interface OpenTelemetryOptions {
  /** Makes the spans. @default the one that is registered with the API, now or later */
  readonly tracerProvider?: TracerProvider;
  /** Makes the instruments. @default the one that is registered with the API, now or later */
  readonly meterProvider?: MeterProvider;
}

/** Tells OpenTelemetry what Callboard does. Without an SDK in the process, it tells nobody. */
export function openTelemetry({ tracerProvider, meterProvider }: OpenTelemetryOptions = {}): Telemetry {
  const tracer = (tracerProvider ?? trace).getTracer("@callboard/opentelemetry");
  const instruments = new Instruments(meterProvider);
  return {
    span: (request, work) => spanIn(tracer, request, work),
    count: (counter, amount, labels) => instruments.count(counter, amount, labels),
    record: (histogram, seconds, labels) => instruments.record(histogram, seconds, labels),
  };
}
