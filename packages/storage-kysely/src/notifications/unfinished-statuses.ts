import type { NotificationStatus } from "@callboard/core/adapter";

/** Something may still become of these. */
export const unfinishedStatuses = [
  "pending",
  "sending",
  "uncertain",
] as const satisfies readonly NotificationStatus[];
