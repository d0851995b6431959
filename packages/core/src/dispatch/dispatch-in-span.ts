import type { Notification } from "../domain/notification.js";
import { linksTo } from "../links-to.js";
import type { Runtime } from "../runtime.js";

/**
 * Begins what one claim took inside a span of its own; `begin` is handed its `traceparent`, for the sends that come of it.
 * A trace of its own, because whoever rang may be in the middle of something else.
 */
export function dispatchInSpan(
  { telemetry }: Runtime,
  notifications: readonly Notification[],
  begin: (traceParent: string | null) => Promise<void>,
): Promise<void> {
  const attributes = { count: notifications.length };
  return telemetry.span(
    { name: "dispatch", parent: null, attributes, links: linksTo(notifications) },
    ({ traceParent }) => begin(traceParent),
  );
}
