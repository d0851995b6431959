import type { GuardedTelemetry } from "./guarded-telemetry.js";
import type { TelemetrySpan } from "./ports/telemetry.js";

/** Tells nobody. */
export const silentSpan: TelemetrySpan = {
  traceParent: null,
  set: () => undefined,
  link: () => undefined,
  fail: () => undefined,
};

/** Runs the work, and tells nobody: telemetry is the host's choice. */
export const silentTelemetry: GuardedTelemetry = {
  span: (_request, work) => work(silentSpan),
  count: () => undefined,
  record: () => undefined,
};
