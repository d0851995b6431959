import { type CreateTableBuilder, type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { TableNames } from "../table-names.js";

// Long enough for every id and name, short enough for every database's index.
const name = sql`varchar(255)`;
// Random ids and hashes have a fixed length.
const id = sql`varchar(64)`;
const time = "bigint";

/** All tables as they were first. Never edited once released: later changes are migrations of their own. */
export function initialSchema(tables: TableNames): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await createNotifications(db, tables);
      await createAttempts(db, tables);
      await createTemplates(db, tables);
      await createPeople(db, tables);
      await createMarks(db, tables);
    },
  };
}

async function createNotifications(
  db: Kysely<unknown>,
  { notifications, prefix }: TableNames,
): Promise<void> {
  const table = db.schema
    .createTable(notifications)
    .addColumn("id", id, (column) => column.primaryKey())
    .addColumn("batch_id", id, required)
    .addColumn("user_id", name, required)
    .addColumn("channel", sql`varchar(32)`, required)
    .addColumn("address", name, required)
    .addColumn("template", name, required)
    .addColumn("template_version", "integer", required)
    .addColumn("status", sql`varchar(16)`, required)
    .addColumn("priority", "integer", required)
    .addColumn("content", "text", required)
    .addColumn("related_contact_id", name)
    .addColumn("related_contact_name", "text")
    .addColumn("metadata", "text")
    .addColumn("idempotency_key", name)
    .addColumn("content_hash", id, required)
    .addColumn("group_names", "text", required)
    .addColumn("on_uncertain", sql`varchar(16)`, required)
    .addColumn("attempts", "integer", required)
    .addColumn("crashes", "integer", required)
    .addColumn("uncertainties", "integer", required)
    .addColumn("attempt_id", id)
    .addColumn("provider_message_id", name)
    .addColumn("failure_class", sql`varchar(32)`)
    .addColumn("failure_code", name)
    .addColumn("failure_message", "text")
    .addColumn("failure_hint", "text")
    .addColumn("lease_token", id)
    .addColumn("created_at", time, required)
    .addUniqueConstraint(`${prefix}notifications_once`, [
      "template",
      "idempotency_key",
      "user_id",
      "channel",
    ] as never[]);
  const times = [
    "not_before",
    "next_attempt_at",
    "expires_at",
    "lease_until",
    "sent_at",
    "delivered_at",
    "read_at",
    "failed_at",
    "uncertain_at",
    "cancelled_at",
    "expired_at",
  ];
  await times
    .reduce((builder, column) => builder.addColumn(column, time), table as CreateTableBuilder<string, string>)
    .execute();
  await index(db, notifications, "due", ["status", "priority", "next_attempt_at"]);
  await index(db, notifications, "expiry", ["status", "expires_at"]);
  await index(db, notifications, "newest", ["created_at", "id"]);
  await index(db, notifications, "user", ["user_id", "created_at"]);
  await index(db, notifications, "batch", ["batch_id"]);
}

async function createAttempts(db: Kysely<unknown>, { attempts, parkedReceipts }: TableNames): Promise<void> {
  await db.schema
    .createTable(attempts)
    .addColumn("id", id, (column) => column.primaryKey())
    .addColumn("notification_id", id, required)
    .addColumn("channel", sql`varchar(32)`, required)
    .addColumn("started_at", time, required)
    .addColumn("ended_at", time)
    .addColumn("outcome", sql`varchar(32)`)
    .addColumn("provider_message_id", name)
    .addColumn("provider_code", name)
    .addColumn("message", "text")
    .addColumn("duration_ms", "integer")
    .execute();
  await index(db, attempts, "notification", ["notification_id", "started_at"]);
  await index(db, attempts, "provider_message", ["provider_message_id"]);
  await db.schema
    .createTable(parkedReceipts)
    .addColumn("channel", sql`varchar(32)`, required)
    .addColumn("provider_message_id", name, required)
    .addColumn("status", sql`varchar(16)`, required)
    .addColumn("attempt_id", id)
    .addColumn("occurred_at", time, required)
    .addColumn("failure", "text")
    .addColumn("parked_at", time, required)
    .addPrimaryKeyConstraint(`${parkedReceipts}_key`, ["provider_message_id", "channel", "status"])
    .execute();
  await index(db, parkedReceipts, "age", ["parked_at"]);
}

async function createTemplates(
  db: Kysely<unknown>,
  { templates, templateVersions }: TableNames,
): Promise<void> {
  await db.schema
    .createTable(templates)
    .addColumn("name", name, (column) => column.primaryKey())
    .addColumn("published_version", "integer", required)
    .execute();
  await db.schema
    .createTable(templateVersions)
    .addColumn("template", name, required)
    .addColumn("version", "integer", required)
    .addColumn("body", "text", required)
    .addColumn("buttons", "text", required)
    .addColumn("channels", "text", required)
    .addColumn("content_hash", id, required)
    .addColumn("created_at", time, required)
    .addPrimaryKeyConstraint(`${templateVersions}_key`, ["template", "version"])
    .execute();
}

async function createPeople(db: Kysely<unknown>, tables: TableNames): Promise<void> {
  await db.schema
    .createTable(tables.groups)
    .addColumn("id", id, (column) => column.primaryKey())
    .addColumn("name", name, (column) => column.notNull().unique())
    .addColumn("created_at", time, required)
    .execute();
  await db.schema
    .createTable(tables.groupMembers)
    .addColumn("group_id", id, required)
    .addColumn("user_id", name, required)
    .addPrimaryKeyConstraint(`${tables.groupMembers}_key`, ["group_id", "user_id"])
    .execute();
  await index(db, tables.groupMembers, "user", ["user_id"]);
  await db.schema
    .createTable(tables.contacts)
    .addColumn("user_id", name, (column) => column.primaryKey())
    .addColumn("name", "text")
    .addColumn("locale", sql`varchar(64)`)
    .addColumn("active", "integer", required)
    .execute();
  await db.schema
    .createTable(tables.contactAddresses)
    .addColumn("user_id", name, required)
    .addColumn("channel", sql`varchar(32)`, required)
    .addColumn("address", name, required)
    .addColumn("opted_out_at", time)
    .addColumn("last_inbound_at", time)
    .addPrimaryKeyConstraint(`${tables.contactAddresses}_key`, ["user_id", "channel"])
    .addUniqueConstraint(`${tables.contactAddresses}_owner`, ["channel", "address"])
    .execute();
}

async function createMarks(db: Kysely<unknown>, { pauses, recurringJobs }: TableNames): Promise<void> {
  await db.schema
    .createTable(pauses)
    .addColumn("channel", sql`varchar(32)`, required)
    .addColumn("template", name, required)
    .addColumn("reason", "text", required)
    .addColumn("until_at", time, required)
    .addPrimaryKeyConstraint(`${pauses}_key`, ["channel", "template"])
    .execute();
  await db.schema
    .createTable(recurringJobs)
    .addColumn("name", name, (column) => column.primaryKey())
    .addColumn("last_slot", time, required)
    .execute();
}

async function index(
  db: Kysely<unknown>,
  table: string,
  suffix: string,
  columns: readonly string[],
): Promise<void> {
  await db.schema
    .createIndex(`${table}_${suffix}`)
    .on(table)
    .columns([...columns])
    .execute();
}

function required<Column extends { notNull(): Column }>(column: Column): Column {
  return column.notNull();
}
