import type { ChannelTemplateStatus } from "@callboard/core/adapter";
import type { RemoteTemplate } from "./remote-template.js";

/** How a template stands, in Callboard's words, with Meta's where they say more. */
export interface RemoteStanding {
  readonly status: ChannelTemplateStatus;
  readonly reason: string | null;
}

/** Meta's words for how a template stands. Webhooks use them too, beside words of their own. */
export const remoteStatuses: ReadonlyMap<unknown, ChannelTemplateStatus> = new Map([
  ["APPROVED", "approved"],
  ["PENDING", "pending"],
  ["IN_APPEAL", "pending"],
  ["REJECTED", "rejected"],
  ["LIMIT_EXCEEDED", "rejected"],
  ["PAUSED", "paused"],
  ["DISABLED", "disabled"],
  ["ARCHIVED", "missing"],
  ["DELETED", "missing"],
  ["PENDING_DELETION", "missing"],
]);

/**
 * How Meta's status of a template is to be taken. A word that is not known here is `pending`: whatever it means, it is not
 * `APPROVED`.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-management
 */
export function standingOf({
  status: word,
  rejectedReason,
}: Pick<RemoteTemplate, "status" | "rejectedReason">): RemoteStanding {
  const status = remoteStatuses.get(word);
  if (status === undefined) return { status: "pending", reason: `Meta calls its state ${word}.` };
  if (status === "approved") return { status, reason: null };
  if (rejectedReason !== null) return { status, reason: rejectedReason };
  return { status, reason: saysMore.has(word) ? word : null };
}

const saysMore = new Set(["IN_APPEAL", "LIMIT_EXCEEDED", "ARCHIVED", "PENDING_DELETION"]);
