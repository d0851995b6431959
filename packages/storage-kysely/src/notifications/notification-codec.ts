import type {
  Failure,
  FailureClass,
  NewNotification,
  Notification,
  NotificationStatus,
  Priority,
  RelatedContact,
  UncertainPolicy,
} from "@callboard/core/adapter";
import type { Insertable, Selectable } from "kysely";
import { toDate, toMs } from "../codec.js";
import type { NotificationsTable } from "../schema.js";

const priorities = ["high", "normal", "low"] as const satisfies readonly Priority[];

/** How priorities are stored, in the order in which they are claimed. */
export const priorityRanks: readonly number[] = priorities.map((_, rank) => rank);

/** All that a fresh row holds besides its times, which are the database's. */
export function toNotificationRow(
  row: NewNotification,
): Omit<Insertable<NotificationsTable>, "created_at" | "next_attempt_at"> {
  return {
    id: row.id,
    batch_id: row.batchId,
    user_id: row.userId,
    channel: row.channel,
    address: row.address,
    template: row.template,
    template_version: row.templateVersion,
    status: "pending",
    priority: priorities.indexOf(row.priority),
    content: JSON.stringify(row.content),
    related_contact_id: row.relatedContact?.id ?? null,
    related_contact_name: row.relatedContact?.name ?? null,
    metadata: row.metadata === null ? null : JSON.stringify(row.metadata),
    idempotency_key: row.idempotencyKey,
    content_hash: row.contentHash,
    group_names: JSON.stringify(row.groupNames),
    on_uncertain: row.onUncertain,
    not_before: toMs(row.notBefore),
    expires_at: toMs(row.expiresAt),
    attempts: 0,
    crashes: 0,
    uncertainties: 0,
  };
}

export function toNotification(row: Selectable<NotificationsTable>): Notification {
  return {
    id: row.id,
    batchId: row.batch_id,
    userId: row.user_id,
    channel: row.channel,
    address: row.address,
    template: row.template,
    templateVersion: row.template_version,
    status: row.status as NotificationStatus,
    priority: priorities[row.priority] ?? "normal",
    content: JSON.parse(row.content),
    relatedContact: relatedContactOf(row),
    metadata: row.metadata === null ? null : JSON.parse(row.metadata),
    idempotencyKey: row.idempotency_key,
    contentHash: row.content_hash,
    groupNames: JSON.parse(row.group_names),
    onUncertain: row.on_uncertain as UncertainPolicy,
    notBefore: toDate(row.not_before),
    nextAttemptAt: toDate(row.next_attempt_at),
    expiresAt: toDate(row.expires_at),
    attempts: row.attempts,
    crashes: row.crashes,
    uncertainties: row.uncertainties,
    attemptId: row.attempt_id,
    providerMessageId: row.provider_message_id,
    failure: failureOf(row),
    createdAt: new Date(Number(row.created_at)),
    sentAt: toDate(row.sent_at),
    deliveredAt: toDate(row.delivered_at),
    readAt: toDate(row.read_at),
    failedAt: toDate(row.failed_at),
    uncertainAt: toDate(row.uncertain_at),
    cancelledAt: toDate(row.cancelled_at),
    expiredAt: toDate(row.expired_at),
  };
}

function relatedContactOf({
  related_contact_id: id,
  related_contact_name: name,
}: NotificationsTable): RelatedContact | null {
  if (id === null) return null;
  return name === null ? { id } : { id, name };
}

function failureOf(row: NotificationsTable): Failure | null {
  if (row.failure_class === null) return null;
  return {
    failureClass: row.failure_class as FailureClass,
    providerCode: row.failure_code,
    message: row.failure_message ?? "",
    hint: row.failure_hint ?? "",
  };
}
