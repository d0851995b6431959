/**
 * Where Callboard tells how it works: spans for a trace, numbers for a graph.
 *
 * Called for every message and by many at once, so it returns at once and keeps its work for later. What it throws is
 * logged once and changes nothing else. It is never handed a text, an address, a user's id, a secret, or an error.
 */
export interface Telemetry {
  /**
   * Begins a span, makes it the active one while `work` runs, and ends it when `work` resolves. Calls `work` once, before
   * it returns; `work` never rejects.
   */
  span(request: SpanRequest, work: (span: TelemetrySpan) => Promise<void>): void;

  /** Adds `amount`, a whole number of at least 1. */
  count(counter: Counter, amount: number, labels: MetricLabels): void;

  /** Takes one value of a distribution, in seconds and at least 0. */
  record(histogram: Histogram, seconds: number, labels: MetricLabels): void;
}

/** A span that has begun. */
export interface TelemetrySpan {
  /** Its W3C `traceparent`, so that others can link to it. `null`: it is told to nobody. */
  readonly traceParent: string | null;
  /** Adds what was not known when it began. */
  set(attributes: SpanAttributes): void;
  /** Adds links to what it turned out to be about. */
  link(traceParents: readonly string[]): void;
  /** Marks it as failed. @param reason class of the failure, or name of the error's class */
  fail(reason: string): void;
}

/**
 * | name | covers |
 * |---|---|
 * | `queue` | one call of `queueNotificationsToUsers` |
 * | `dispatch` | one batch of claimed notifications, until their attempts have begun |
 * | `send` | one attempt: the provider's answer to one notification |
 * | `receipts` | what one webhook request reports, or what was kept until its message was known |
 */
export type SpanName = "queue" | "dispatch" | "send" | "receipts";

export interface SpanRequest {
  readonly name: SpanName;
  /** `traceparent` of the span that this is a part of; `null` begins a trace of its own. @default the active span */
  readonly parent?: string | null;
  readonly attributes: SpanAttributes;
  /** `traceparent`s of the calls that queued what this is about. @default none */
  readonly links?: readonly string[];
}

/** What a span may say: ids, names, codes and counts. */
export interface SpanAttributes {
  readonly template?: string;
  readonly channel?: string;
  readonly batchId?: string;
  readonly notificationId?: string;
  readonly attemptId?: string;
  /** Notifications or receipts in it. */
  readonly count?: number;
  /** People who are not told. */
  readonly skipped?: number;
  /** `accepted`, or the class of the failure. */
  readonly outcome?: string;
  readonly providerCode?: string;
}

/**
 * | name | counts | labels |
 * |---|---|---|
 * | `notifications.queued` | notifications written | template, channel |
 * | `sends` | attempts that ended | channel, outcome |
 * | `receipts` | receipts stored, repeated ones too | channel, status |
 * | `pauses` | pauses that began | channel, template when only one is paused |
 */
export type Counter = "notifications.queued" | "sends" | "receipts" | "pauses";

/**
 * | name | measures | labels |
 * |---|---|---|
 * | `send.duration` | from asking the provider to its answer | channel, outcome |
 * | `dispatch.lag` | from when a notification was due to when its attempt began | channel |
 */
export type Histogram = "send.duration" | "dispatch.lag";

/** What numbers are split by. Each has few values: never a person, an id or an address. */
export interface MetricLabels {
  readonly template?: string;
  readonly channel?: string;
  /** `accepted`, or the class of the failure. */
  readonly outcome?: string;
  readonly status?: string;
}
