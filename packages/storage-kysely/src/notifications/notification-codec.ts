import type {
  Charge,
  Failure,
  FailureClass,
  NewNotification,
  Notification,
  NotificationStatus,
  PressedButton,
  Priority,
  RelatedContact,
  UncertainPolicy,
} from "@callboard/core/adapter";
import type { Selectable } from "kysely";
import { toDate, toMs } from "../codec.js";
import type { InsertRequest } from "../insert-rows.js";
import type { NotificationsTable } from "../schema.js";

const priorities = ["high", "normal", "low"] as const satisfies readonly Priority[];

/** Every priority as it is stored, the highest first. */
export const ranks: readonly number[] = priorities.map((_, rank) => rank);

/** How a priority is stored. */
export function rankOf(priority: Priority): number {
  return priorities.indexOf(priority);
}

type InsertColumns = InsertRequest<NewNotification>["columns"];

/** What a fresh row is made of, save its times; everything else is null. */
export const insertColumns = {
  id: ["text", ({ id }) => id],
  batch_id: ["text", ({ batchId }) => batchId],
  user_id: ["text", ({ userId }) => userId],
  channel: ["text", ({ channel }) => channel],
  address: ["text", ({ address }) => address],
  template: ["text", ({ template }) => template],
  template_version: ["integer", ({ templateVersion }) => templateVersion],
  status: ["text", () => "pending"],
  priority: ["integer", ({ priority }) => rankOf(priority)],
  content: ["text", ({ content }) => JSON.stringify(content)],
  related_contact_id: ["text", ({ relatedContact }) => relatedContact?.id ?? null],
  related_contact_name: ["text", ({ relatedContact }) => relatedContact?.name ?? null],
  metadata: ["text", ({ metadata }) => (metadata === null ? null : JSON.stringify(metadata))],
  idempotency_key: ["text", ({ idempotencyKey }) => idempotencyKey],
  cancel_key: ["text", ({ cancelKey }) => cancelKey],
  only_if: ["text", ({ onlyIf }) => onlyIf],
  trace_parent: ["text", ({ traceParent }) => traceParent],
  content_hash: ["text", ({ contentHash }) => contentHash],
  group_names: ["text", ({ groupNames }) => JSON.stringify(groupNames)],
  on_uncertain: ["text", ({ onUncertain }) => onUncertain],
  attempts: ["integer", () => 0],
  crashes: ["integer", () => 0],
  uncertainties: ["integer", () => 0],
} as const satisfies InsertColumns;

/** The times of rows that are inserted at `now`. */
export function timesOf(now: number) {
  return {
    created_at: ["integer", () => now],
    not_before: ["integer", ({ notBefore }) => toMs(notBefore)],
    next_attempt_at: ["integer", ({ notBefore }) => toMs(notBefore) ?? now],
    expires_at: ["integer", ({ expiresAt }) => toMs(expiresAt)],
  } as const satisfies InsertColumns;
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
    cancelKey: row.cancel_key,
    onlyIf: row.only_if,
    traceParent: row.trace_parent,
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
    acknowledgedAt: toDate(row.acknowledged_at),
    acknowledgedWith: toButton(row.acknowledged_button_id, row.acknowledged_button_label),
    charge: toCharge(row),
    failedAt: toDate(row.failed_at),
    uncertainAt: toDate(row.uncertain_at),
    cancelledAt: toDate(row.cancelled_at),
    expiredAt: toDate(row.expired_at),
    replayedAt: toDate(row.replayed_at),
  };
}

export function toButton(id: string | null, label: string | null): PressedButton | null {
  return id === null ? null : { id, label: label ?? "" };
}

type ChargeColumns = Pick<NotificationsTable, "charge_category" | "charge_type" | "charge_country">;

export function toCharge(row: ChargeColumns): Charge | null {
  const { charge_category: category, charge_type: type, charge_country: country } = row;
  return category === null ? null : { category, type, country };
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
