/*
 * Conventions, the same in every database:
 *
 * - Times are milliseconds since 1970 in UTC, as integers: no driver, session or column type can bend them.
 * - JSON is text, written and read by this package.
 * - `null` means "not known" or "never".
 */

export interface NotificationsTable {
  id: string;
  batch_id: string;
  user_id: string;
  channel: string;
  address: string;
  template: string;
  template_version: number;
  status: string;
  /** 0 high, 1 normal, 2 low: claimed in this order. */
  priority: number;
  content: string;
  related_contact_id: string | null;
  related_contact_name: string | null;
  metadata: string | null;
  idempotency_key: string | null;
  cancel_key: string | null;
  only_if: string | null;
  trace_parent: string | null;
  content_hash: string;
  group_names: string;
  on_uncertain: string;
  not_before: number | null;
  next_attempt_at: number | null;
  expires_at: number | null;
  attempts: number;
  crashes: number;
  uncertainties: number;
  attempt_id: string | null;
  provider_message_id: string | null;
  failure_class: string | null;
  failure_code: string | null;
  failure_message: string | null;
  failure_hint: string | null;
  lease_token: string | null;
  lease_until: number | null;
  created_at: number;
  sent_at: number | null;
  delivered_at: number | null;
  read_at: number | null;
  acknowledged_at: number | null;
  acknowledged_button_id: string | null;
  acknowledged_button_label: string | null;
  charge_category: string | null;
  charge_type: string | null;
  charge_country: string | null;
  failed_at: number | null;
  uncertain_at: number | null;
  cancelled_at: number | null;
  expired_at: number | null;
  replayed_at: number | null;
}

export interface AttemptsTable {
  id: string;
  notification_id: string;
  channel: string;
  started_at: number;
  ended_at: number | null;
  outcome: string | null;
  provider_message_id: string | null;
  provider_code: string | null;
  message: string | null;
  duration_ms: number | null;
}

/** Receipts that were matched, each once, however often the provider reports it. Without its message's id: that holds the number. */
export interface ReceiptsTable {
  notification_id: string;
  attempt_id: string;
  status: string;
  occurred_at: number;
  received_at: number;
  /** Keeps the order of what came in one millisecond. */
  place: number;
  provider_code: string | null;
  message: string | null;
  button_id: string | null;
  button_label: string | null;
}

/** What people decided about notifications that were queued already. */
export interface InterventionsTable {
  notification_id: string;
  at: number;
  /** Keeps the order of what was decided in one millisecond. */
  place: number;
  action: string;
  from_status: string;
  to_status: string;
  reason: string;
  by_whom: string | null;
}

export interface BatchesTable {
  id: string;
  template: string;
  template_version: number;
  channel: string;
  group_names: string;
  named_users: number;
  idempotency_key: string | null;
  cancel_key: string | null;
  origin: string | null;
  created_at: number;
}

/** Who was asked for in a batch and is not told. */
export interface SkippedTable {
  batch_id: string;
  user_id: string;
  reason: string;
  hint: string;
}

/**
 * By what the notifications of a batch are found. Template, group, related contact and cancel key are the batch's, so they
 * are indexed once for each insert of a batch, and not once more with every step of every notification.
 */
export interface BatchLabelsTable {
  kind: "template" | "group" | "contact" | "cancel";
  value: string;
  /** The same as that of the notifications that were inserted together. */
  created_at: number;
  batch_id: string;
  /** How many were inserted together. */
  size: number;
}

/** Receipts whose message nobody knows yet. */
export interface ParkedReceiptsTable {
  channel: string;
  provider_message_id: string;
  status: string;
  attempt_id: string | null;
  occurred_at: number;
  failure: string | null;
  button: string | null;
  charge: string | null;
  parked_at: number;
}

export interface TemplatesTable {
  name: string;
  published_version: number;
}

export interface TemplateVersionsTable {
  template: string;
  version: number;
  body: string;
  buttons: string;
  channels: string;
  content_hash: string;
  created_at: number;
}

export interface GroupsTable {
  /** Members refer to it, so that a group can be renamed. */
  id: string;
  name: string;
  created_at: number;
}

export interface GroupMembersTable {
  group_id: string;
  user_id: string;
}

export interface ContactsTable {
  user_id: string;
  name: string | null;
  locale: string | null;
  /** 1 or 0. */
  active: number;
}

export interface ContactAddressesTable {
  user_id: string;
  channel: string;
  address: string;
  /** Unique on a channel. */
  alias: string | null;
  opted_out_at: number | null;
  /** When the newest wish came: an older one is ignored, also when that was to be told again. */
  opt_changed_at: number | null;
  marketing_opted_out_at: number | null;
  marketing_changed_at: number | null;
  last_inbound_at: number | null;
  unreachable_at: number | null;
  unreachable_reason: string | null;
}

/** How templates stand with a provider that reviews them. */
export interface ChannelTemplatesTable {
  channel: string;
  remote_name: string;
  language: string;
  remote_id: string | null;
  template: string;
  version: number;
  fingerprint: string;
  expressions: string;
  status: string;
  category: string | null;
  reason: string | null;
  submitted_at: number;
  edited_at: string;
  status_at: number;
  /** When the newest status came, also one that was known: an older one is ignored. */
  told_at: number;
}

/** Bodies that are still to be dealt with. */
export interface WebhooksTable {
  channel: string;
  hash: string;
  body: string;
  received_at: number;
  /** Keeps the order of what came in one millisecond. */
  place: number;
  /** 0: nobody's. */
  leased_until: number;
}

/** Pieces of webhooks that nobody could read. */
export interface WebhooksAsideTable {
  channel: string;
  hash: string;
  /** Hash of the reason and the body, which are too long for a key. */
  piece: string;
  reason: string;
  body: string;
  kept_at: number;
  place: number;
}

export interface PausesTable {
  channel: string;
  /** Empty for the whole channel: a primary key holds no null. */
  template: string;
  reason: string;
  until_at: number;
}

export interface RecurringJobsTable {
  name: string;
  /** The slot that ran last. */
  last_slot: number;
}

/** By their default names; {@link TableNames} holds the real ones. */
export interface Tables {
  callboard_notifications: NotificationsTable;
  callboard_attempts: AttemptsTable;
  callboard_receipts: ReceiptsTable;
  callboard_interventions: InterventionsTable;
  callboard_batches: BatchesTable;
  callboard_skipped: SkippedTable;
  callboard_batch_labels: BatchLabelsTable;
  callboard_parked_receipts: ParkedReceiptsTable;
  callboard_templates: TemplatesTable;
  callboard_template_versions: TemplateVersionsTable;
  callboard_groups: GroupsTable;
  callboard_group_members: GroupMembersTable;
  callboard_contacts: ContactsTable;
  callboard_contact_addresses: ContactAddressesTable;
  callboard_pauses: PausesTable;
  callboard_recurring_jobs: RecurringJobsTable;
  callboard_channel_templates: ChannelTemplatesTable;
  callboard_webhooks: WebhooksTable;
  callboard_webhooks_aside: WebhooksAsideTable;
}
