import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Database } from "../database.js";
import { columnTypes, createIndex, createTable } from "./create-table.js";

/**
 * What the story of a notification is told from. Nobody of the version before reads or writes any of it: columns are
 * empty where it inserts, and tables are new. There is no way down, because it would delete what was written.
 */
export function stories(database: Database): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await addColumns(database, db);
      await createBatches(database, db);
      await createStories(database, db);
    },
  };
}

async function addColumns(database: Database, db: Kysely<unknown>): Promise<void> {
  const { tables, sql } = database;
  const { name, id, text, time } = columnTypes(database);
  await sql.schema.addColumns(db, tables.notifications, {
    ...{ cancel_key: name, only_if: name, trace_parent: id, replayed_at: time },
  });
  await sql.schema.addColumns(db, tables.contactAddresses, {
    ...{ unreachable_at: time, unreachable_reason: text },
  });
}

async function createBatches(database: Database, db: Kysely<unknown>): Promise<void> {
  const { batches, skipped } = database.tables;
  const { id, name, template, channel, word, text, integer, time } = columnTypes(database);
  await createTable(database, db, batches, {
    required: {
      ...{ id, template, template_version: integer, channel },
      ...{ group_names: text, named_users: integer, created_at: time },
    },
    optional: { idempotency_key: name, cancel_key: name, origin: text },
    primaryKey: ["id"],
  });
  await createIndex(database, db, batches, "age", ["created_at"]);
  await createTable(database, db, skipped, {
    required: { batch_id: id, user_id: name, reason: word, hint: text },
    primaryKey: ["batch_id", "user_id"],
  });
  await createIndex(database, db, skipped, "user", ["user_id"]);
}

async function createStories(database: Database, db: Kysely<unknown>): Promise<void> {
  const { receipts, interventions } = database.tables;
  const { id, name, word, text, time } = columnTypes(database);
  await createTable(database, db, receipts, {
    required: {
      ...{ notification_id: id, attempt_id: id, status: word, occurred_at: time },
      ...{ received_at: time, place: time },
    },
    optional: { provider_code: name, message: text },
    primaryKey: ["notification_id", "attempt_id", "status", "occurred_at"],
  });
  await createTable(database, db, interventions, {
    required: {
      ...{ notification_id: id, at: time, place: time },
      ...{ action: word, from_status: word, to_status: word, reason: text },
    },
    optional: { by_whom: name },
    primaryKey: ["notification_id", "at", "place"],
  });
}
