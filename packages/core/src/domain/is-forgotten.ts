import type { Notification } from "./notification.js";

/** Whether its person was forgotten: content and fingerprint are blanked together, and nothing can be sent any more. */
export function isForgotten({ contentHash }: Pick<Notification, "contentHash">): boolean {
  return contentHash === "";
}
