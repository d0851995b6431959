import type { NotificationStatus } from "@callboard/core/adapter";

/** Few rows at any time, and the ones that people look for: they have an index of their own. */
export const troubledStatuses = [
  "uncertain",
  "failed",
  "cancelled",
  "expired",
] as const satisfies readonly NotificationStatus[];
