import type { Logger } from "./ports/logger.js";
import type { SpanRequest, Telemetry, TelemetrySpan } from "./ports/telemetry.js";
import { silentSpan } from "./silent-telemetry.js";

/** Telemetry as the rest of Callboard uses it: it cannot fail, and a span's outcome is that of the work inside. */
export interface GuardedTelemetry extends Omit<Telemetry, "span"> {
  /** Runs `work` once inside a span, whose failure it is if `work` rejects. Settles as `work` does. */
  span<Result>(request: SpanRequest, work: (span: TelemetrySpan) => Promise<Result>): Promise<Result>;
}

/** Lets nothing that the host's telemetry does or omits reach the work. Its first failure is logged, the others are not. */
export function guardedTelemetry(telemetry: Telemetry, logger: Logger): GuardedTelemetry {
  const attempt = guard(logger);
  return {
    span<Result>(request: SpanRequest, work: (span: TelemetrySpan) => Promise<Result>): Promise<Result> {
      let running: Promise<Result> | undefined;
      attempt(() =>
        telemetry.span(request, async (span) => {
          const guarded = guardedSpan(span, attempt);
          // Whoever calls this a second time waits for the first.
          running ??= work(guarded);
          await running.catch((error: unknown) => guarded.fail(classOf(error)));
        }),
      );
      running ??= work(silentSpan);
      return running;
    },
    count: (counter, amount, labels) => void attempt(() => telemetry.count(counter, amount, labels)),
    record: (histogram, seconds, labels) => void attempt(() => telemetry.record(histogram, seconds, labels)),
  };
}

type Attempt = <Result>(task: () => Result) => Result | undefined;

function guard(logger: Logger): Attempt {
  let isKnown = false;
  const report = (err: unknown) => {
    if (isKnown) return;
    isKnown = true;
    logger.warn({ err }, "telemetry failed; nothing else is affected, and further failures are not logged");
  };
  return (task) => {
    try {
      const result = task();
      // A method that was written as an async function rejects where it would throw.
      if (result instanceof Promise) result.catch(report);
      return result;
    } catch (err) {
      report(err);
      return undefined;
    }
  };
}

function guardedSpan(span: TelemetrySpan, attempt: Attempt): TelemetrySpan {
  return {
    traceParent: validTraceParent(attempt(() => span.traceParent)),
    set: (attributes) => void attempt(() => span.set(attributes)),
    link: (traceParents) => void attempt(() => span.link(traceParents)),
    fail: (reason) => void attempt(() => span.fail(reason)),
  };
}

/** Messages may quote texts and addresses; names of classes do not. */
function classOf(error: unknown): string {
  const name = error instanceof Error ? error.name : typeof error;
  return /^[\w$.]{1,64}$/.test(name) ? name : "Error";
}

/** It is stored with each row, so it must be what it says it is. */
function validTraceParent(given: unknown): string | null {
  const isValid = typeof given === "string" && /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(given);
  return isValid ? given : null;
}
