import type { Notification } from "./domain/notification.js";

/** A batch of many calls names only some of them: backends keep few links of a span, and drop the others unsaid. */
const mostLinks = 32;

/** `traceparent`s of the calls that queued these notifications, each once, and 32 at the most. */
export function linksTo(notifications: readonly Pick<Notification, "traceParent">[]): string[] {
  const links = new Set<string>();
  for (const { traceParent } of notifications) {
    if (traceParent !== null) links.add(traceParent);
    if (links.size === mostLinks) break;
  }
  return [...links];
}
