import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Database } from "../database.js";
import type { IndexDefinition } from "../dialects/dialect-schema.js";
import { bareName } from "../table-names.js";
import { columnTypes, createIndex, createTable } from "./create-table.js";

/** All tables as they were first. Never edited once released: later changes are migrations of their own. */
export function tables(database: Database): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await createNotifications(database, db);
      await createAttempts(database, db);
      await createTemplates(database, db);
      await createPeople(database, db);
      await createMarks(database, db);
    },
  };
}

async function createNotifications(database: Database, db: Kysely<unknown>): Promise<void> {
  const { notifications, batchLabels } = database.tables;
  const { id, name, template, channel, word, text, integer, time } = columnTypes(database);
  await createTable(database, db, notifications, {
    required: {
      ...{ id, batch_id: id, user_id: name, channel, address: name },
      ...{ template, template_version: integer, status: word, priority: integer, content: text },
      ...{ content_hash: id, group_names: text, on_uncertain: word },
      ...{ attempts: integer, crashes: integer, uncertainties: integer, created_at: time },
    },
    optional: {
      ...{ related_contact_id: name, related_contact_name: text, metadata: text, idempotency_key: name },
      ...{ attempt_id: id, provider_message_id: name, lease_token: id, lease_until: time },
      ...{ failure_class: word, failure_code: name, failure_message: text, failure_hint: text },
      ...{ not_before: time, next_attempt_at: time, expires_at: time },
      ...{ sent_at: time, delivered_at: time, read_at: time, failed_at: time },
      ...{ uncertain_at: time, cancelled_at: time, expired_at: time },
    },
    primaryKey: ["id"],
    unique: { once: ["template", "idempotency_key", "user_id", "channel"] },
  });
  await createTable(database, db, batchLabels, {
    required: { kind: word, value: name, created_at: time, batch_id: id, size: integer },
    primaryKey: ["kind", "value", "created_at", "batch_id"],
  });
  await createWorkIndexes(database, db);
}

/** What workers look for every few seconds. */
async function createWorkIndexes(database: Database, db: Kysely<unknown>): Promise<void> {
  const { notifications: table } = database.tables;
  const name = (suffix: string) => `${bareName(table)}_${suffix}`;
  const indexes: IndexDefinition[] = [
    { table, name: name("due"), columns: ["priority", "next_attempt_at"], statuses: ["pending"] },
    { table, name: name("expiry"), columns: ["expires_at"], statuses: ["pending"], present: "expires_at" },
    { table, name: name("lease"), columns: ["lease_until"], statuses: ["sending"] },
    { table, name: name("uncertain"), columns: ["next_attempt_at"], statuses: ["uncertain"] },
  ];
  for (const index of indexes) await database.sql.schema.createIndex(db, index);
}

async function createAttempts(database: Database, db: Kysely<unknown>): Promise<void> {
  const { attempts, parkedReceipts } = database.tables;
  const { id, name, channel, word, text, integer, time } = columnTypes(database);
  await createTable(database, db, attempts, {
    required: { id, notification_id: id, channel, started_at: time },
    optional: {
      ...{ ended_at: time, outcome: word, provider_message_id: name, provider_code: name },
      ...{ message: text, duration_ms: integer },
    },
    primaryKey: ["id"],
  });
  await createIndex(database, db, attempts, "notification", ["notification_id"]);
  await createIndex(database, db, attempts, "provider_message", ["provider_message_id"]);
  await createTable(database, db, parkedReceipts, {
    required: { channel, provider_message_id: name, status: word, occurred_at: time, parked_at: time },
    optional: { attempt_id: id, failure: text },
    primaryKey: ["provider_message_id", "channel", "status"],
  });
  await createIndex(database, db, parkedReceipts, "age", ["parked_at"]);
}

async function createTemplates(database: Database, db: Kysely<unknown>): Promise<void> {
  const { templates, templateVersions } = database.tables;
  const { id, template, text, integer, time } = columnTypes(database);
  await createTable(database, db, templates, {
    required: { name: template, published_version: integer },
    primaryKey: ["name"],
  });
  await createTable(database, db, templateVersions, {
    required: {
      ...{ template, version: integer, body: text, buttons: text, channels: text },
      ...{ content_hash: id, created_at: time },
    },
    primaryKey: ["template", "version"],
  });
}

async function createPeople(database: Database, db: Kysely<unknown>): Promise<void> {
  const { groups, groupMembers, contacts, contactAddresses } = database.tables;
  const { id, name, channel, text, integer, time } = columnTypes(database);
  await createTable(database, db, groups, {
    required: { id, name, created_at: time },
    primaryKey: ["id"],
    unique: { name: ["name"] },
  });
  await createTable(database, db, groupMembers, {
    required: { group_id: id, user_id: name },
    primaryKey: ["group_id", "user_id"],
  });
  await createIndex(database, db, groupMembers, "user", ["user_id"]);
  await createTable(database, db, contacts, {
    required: { user_id: name, active: integer },
    optional: { name: text, locale: database.sql.schema.text(64) },
    primaryKey: ["user_id"],
  });
  await createTable(database, db, contactAddresses, {
    required: { user_id: name, channel, address: name },
    optional: { opted_out_at: time, last_inbound_at: time },
    primaryKey: ["user_id", "channel"],
    unique: { owner: ["channel", "address"] },
  });
}

async function createMarks(database: Database, db: Kysely<unknown>): Promise<void> {
  const { pauses, recurringJobs } = database.tables;
  const { name, template, channel, text, time } = columnTypes(database);
  await createTable(database, db, pauses, {
    required: { channel, template, reason: text, until_at: time },
    primaryKey: ["channel", "template"],
  });
  await createTable(database, db, recurringJobs, {
    required: { name, last_slot: time },
    primaryKey: ["name"],
  });
}
