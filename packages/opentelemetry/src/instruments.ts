import type { Counter, Histogram, MetricLabels } from "@callboard/core/adapter";
import {
  type Counter as CounterInstrument,
  type Histogram as HistogramInstrument,
  type MeterProvider,
  type MetricOptions,
  metrics,
} from "@opentelemetry/api";
import { metricAttributes } from "./attributes.js";

const counters: Readonly<Record<Counter, MetricOptions>> = {
  "notifications.queued": { unit: "{notification}", description: "Notifications written, to be sent." },
  sends: { unit: "{send}", description: "Attempts to send that ended, by outcome." },
  receipts: { unit: "{receipt}", description: "Receipts of providers that were stored." },
  pauses: { unit: "{pause}", description: "Pauses of a channel or a template that began." },
};

const histograms: Readonly<Record<Histogram, MetricOptions>> = {
  "send.duration": {
    unit: "s",
    description: "Time a provider takes to answer.",
    advice: { explicitBucketBoundaries: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30] },
  },
  "dispatch.lag": {
    unit: "s",
    description: "Time from when a notification is due to when its attempt begins.",
    advice: { explicitBucketBoundaries: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3_600, 21_600] },
  },
};

interface Made {
  readonly by: MeterProvider;
  readonly counters: Readonly<Record<Counter, CounterInstrument>>;
  readonly histograms: Readonly<Record<Histogram, HistogramInstrument>>;
}

/** The instruments of whichever provider is in force. */
export class Instruments {
  #made: Made | null = null;

  constructor(private readonly provider: MeterProvider | undefined) {}

  count(counter: Counter, amount: number, labels: MetricLabels): void {
    this.#current().counters[counter].add(amount, metricAttributes(labels));
  }

  record(histogram: Histogram, seconds: number, labels: MetricLabels): void {
    this.#current().histograms[histogram].record(seconds, metricAttributes(labels));
  }

  /** Instruments that were made before an SDK is registered stay silent for ever, so they are made anew. */
  #current(): Made {
    const by = this.provider ?? metrics.getMeterProvider();
    if (this.#made?.by !== by) this.#made = make(by);
    return this.#made;
  }
}

function make(by: MeterProvider): Made {
  const meter = by.getMeter("@callboard/opentelemetry");
  return {
    by,
    counters: mapped(counters, (name, options) => meter.createCounter(`callboard.${name}`, options)),
    histograms: mapped(histograms, (name, options) => meter.createHistogram(`callboard.${name}`, options)),
  };
}

function mapped<Name extends string, Value>(
  options: Readonly<Record<Name, MetricOptions>>,
  create: (name: Name, options: MetricOptions) => Value,
): Record<Name, Value> {
  const entries = Object.entries(options) as [Name, MetricOptions][];
  return Object.fromEntries(entries.map(([name, one]) => [name, create(name, one)])) as Record<Name, Value>;
}
