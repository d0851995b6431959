import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Database } from "../database.js";
import { bareName } from "../table-names.js";
import { columnTypes, createIndex, createTable } from "./create-table.js";

/**
 * What providers tell besides receipts: who people are and what they wish, how templates stand, and webhooks that are kept.
 * Nobody of the version before reads or writes any of it: columns are empty where it inserts, and tables are new. There is
 * no way down, because it would delete what was written.
 */
export function channelNews(database: Database): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await addWishes(database, db);
      await createChannelTemplates(database, db);
      await createWebhooks(database, db);
    },
  };
}

async function addWishes(database: Database, db: Kysely<unknown>): Promise<void> {
  const { schema } = database.sql;
  const { contactAddresses: table } = database.tables;
  const { name, time } = columnTypes(database);
  await schema.addColumns(db, table, {
    ...{ alias: name, opt_changed_at: time, marketing_opted_out_at: time, marketing_changed_at: time },
  });
  await schema.createIndex(db, {
    ...{ table, name: `${bareName(table)}_alias`, columns: ["channel", "alias"], unique: true },
  });
}

async function createChannelTemplates(database: Database, db: Kysely<unknown>): Promise<void> {
  const { channelTemplates } = database.tables;
  const { name, template, channel, word, text, integer, time } = columnTypes(database);
  await createTable(database, db, channelTemplates, {
    required: {
      ...{ channel, remote_name: database.sql.schema.text(512), language: word },
      ...{ template, version: integer, fingerprint: name, expressions: text },
      ...{ status: word, submitted_at: time, edited_at: text, status_at: time, told_at: time },
    },
    optional: { remote_id: name, category: name, reason: text },
    primaryKey: ["channel", "remote_name", "language"],
  });
  await createIndex(database, db, channelTemplates, "remote", ["channel", "remote_id"]);
}

async function createWebhooks(database: Database, db: Kysely<unknown>): Promise<void> {
  const { webhooks, webhooksAside } = database.tables;
  const { id, channel, text, time } = columnTypes(database);
  await createTable(database, db, webhooks, {
    required: { channel, hash: id, body: text, received_at: time, place: time, leased_until: time },
    primaryKey: ["hash", "channel"],
  });
  await createIndex(database, db, webhooks, "age", ["received_at", "place"]);
  await createTable(database, db, webhooksAside, {
    required: { channel, hash: id, piece: id, reason: text, body: text, kept_at: time, place: time },
    primaryKey: ["hash", "channel", "piece"],
  });
  await createIndex(database, db, webhooksAside, "age", ["kept_at", "place"]);
}
