import type { Batch, NewBatch, SkippedRecipient, SkipReason } from "@callboard/core/adapter";
import { type Kysely, sql } from "kysely";
import type { Database } from "../database.js";
import { insertRows } from "../insert-rows.js";
import type { Tables } from "../schema.js";

/** Notes one call; what is noted already stays as it is. */
export async function saveBatch(
  { tables, sql: dialect }: Database,
  executor: Kysely<Tables>,
  batch: NewBatch,
): Promise<void> {
  const row = {
    id: batch.id,
    template: batch.template,
    template_version: batch.templateVersion,
    channel: batch.channel,
    group_names: JSON.stringify(batch.groupNames),
    named_users: batch.namedUsers,
    idempotency_key: batch.idempotencyKey,
    cancel_key: batch.cancelKey,
    origin: batch.origin && JSON.stringify(batch.origin),
    created_at: dialect.now(),
  };
  const names = Object.keys(row).map((name) => sql.id(name));
  await sql`
    insert into ${sql.table(tables.batches)} (${sql.join(names)}) values (${sql.join(Object.values(row))})
    ${dialect.skipTaken(tables.batches, ["id"])}`.execute(executor);
}

/** Notes whom a batch skips; who is noted already stays as they are. */
export async function saveSkipped(
  database: Database,
  executor: Kysely<Tables>,
  batchId: string,
  people: readonly SkippedRecipient[],
): Promise<void> {
  const { tables, sql: dialect } = database;
  await insertRows(database, executor, {
    table: tables.skipped,
    columns: {
      user_id: ["text", ({ userId }) => userId],
      batch_id: ["text", () => batchId],
      reason: ["text", ({ reason }) => reason],
      hint: ["text", ({ hint }) => hint],
    },
    items: people,
    whenTaken: dialect.skipTaken(tables.skipped, ["batch_id", "user_id"]),
  });
}

/** `null`: there is none of this id. */
export async function readBatch(database: Database, id: string): Promise<Batch | null> {
  const row = await database
    .on()
    .selectFrom(database.tables.batches)
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirst();
  if (!row) return null;
  return {
    id: row.id,
    template: row.template,
    templateVersion: row.template_version,
    channel: row.channel,
    groupNames: JSON.parse(row.group_names) as string[],
    namedUsers: row.named_users,
    idempotencyKey: row.idempotency_key,
    cancelKey: row.cancel_key,
    origin: row.origin === null ? null : (JSON.parse(row.origin) as Batch["origin"]),
    createdAt: new Date(Number(row.created_at)),
  };
}

/** `null`: the batch did not skip this person. */
export async function readSkipped(
  database: Database,
  { batchId, userId }: { readonly batchId: string; readonly userId: string },
): Promise<SkippedRecipient | null> {
  const row = await database
    .on()
    .selectFrom(database.tables.skipped)
    .select(["reason", "hint"])
    .where("batch_id", "=", batchId)
    .where("user_id", "=", userId)
    .executeTakeFirst();
  return row ? { userId, reason: row.reason as SkipReason, hint: row.hint } : null;
}

/** Deletes batches with whom they skipped. */
export async function deleteBatches(
  { tables, sql: dialect }: Database,
  executor: Kysely<Tables>,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const rows = dialect.jsonRows(
    ids.map((id) => ({ d_id: id })),
    { d_id: "text" },
  );
  await dialect.deleteUsing({ table: tables.skipped, rows, match: { batch_id: "d_id" } }).execute(executor);
  await dialect.deleteUsing({ table: tables.batches, rows, match: { id: "d_id" } }).execute(executor);
}
