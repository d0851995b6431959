import type { Notification } from "./domain/notification.js";

/**
 * Asked right before a notification that names it as `onlyIf` is sent: `false` cancels it. It may be asked again for the
 * same notification, after a failed send or a crash. Give up when `signal` is aborted.
 */
export type Condition = (
  notification: Notification,
  options: { readonly signal: AbortSignal },
) => boolean | Promise<boolean>;
