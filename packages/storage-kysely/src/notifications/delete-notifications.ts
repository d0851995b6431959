import { type Kysely, sql } from "kysely";
import type { Database } from "../database.js";
import type { BatchLabelsTable, NotificationsTable, Tables } from "../schema.js";
import { labelColumns, labelKey, labelsOf } from "./batch-labels.js";

/** What must be known of a notification to delete all that belongs to it. */
export const deletionColumns = [
  "id",
  "created_at",
  "batch_id",
  "template",
  "group_names",
  "related_contact_id",
  "cancel_key",
] as const satisfies readonly (keyof NotificationsTable)[];

export type DeletedRow = Pick<NotificationsTable, (typeof deletionColumns)[number]>;

/** Deletes notifications with their attempts, receipts and interventions, and the labels that lead to nothing any more. */
export async function deleteNotifications(
  database: Database,
  executor: Kysely<Tables>,
  rows: readonly DeletedRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const { tables, sql: dialect } = database;
  const named = (some: readonly { readonly id: string }[]) =>
    dialect.jsonRows(
      some.map(({ id }) => ({ d_id: id })),
      { d_id: "text" },
    );
  const { rows: attempts } = await sql<{ id: string }>`
    select a.id from ${named(rows)} as ids
    ${dialect.smallFirst} ${sql.table(tables.attempts)} as a on a.notification_id = d_id`.execute(executor);
  const match = { id: "d_id" };
  for (const table of [tables.receipts, tables.interventions])
    await dialect
      .deleteUsing({ table, rows: named(rows), match: { notification_id: "d_id" } })
      .execute(executor);
  if (attempts.length > 0)
    await dialect.deleteUsing({ table: tables.attempts, rows: named(attempts), match }).execute(executor);
  await dialect.deleteUsing({ table: tables.notifications, rows: named(rows), match }).execute(executor);
  await deleteLabels(database, executor, rows);
}

type LabelledRow = Omit<DeletedRow, "id">;

/** Of an insert of which notifications are left, the labels that these have stay. */
async function deleteLabels(
  database: Database,
  executor: Kysely<Tables>,
  rows: readonly DeletedRow[],
): Promise<void> {
  const { tables, sql: dialect } = database;
  const inserts = new Map(
    rows.map(({ batch_id: batch, created_at: createdAt }) => [
      `${createdAt} ${batch}`,
      { i_batch: batch, i_created: Number(createdAt) },
    ]),
  );
  const labels = labelsByKey(rows);
  await lockLabels(database, executor, labels);
  const { rows: left } = await sql<LabelledRow>`
    select distinct n.batch_id, n.created_at, n.template, n.group_names, n.related_contact_id, n.cancel_key
    from ${dialect.jsonRows([...inserts.values()], { i_batch: "text", i_created: "integer" })} as inserts
    ${dialect.smallFirst} ${sql.table(tables.notifications)} as n
      on n.batch_id = i_batch and n.created_at = i_created`.execute(executor);
  for (const key of labelsByKey(left).keys()) labels.delete(key);
  if (labels.size === 0) return;
  const match = Object.fromEntries(labelKey.map((name) => [name, name]));
  const gone = dialect.jsonRows(
    [...labels.values()].map((label) => ({ ...label })),
    labelColumns,
  );
  await dialect.deleteUsing({ table: tables.batchLabels, rows: gone, match }).execute(executor);
}

/** Two who each delete a part of one insert would each see the other's part, and leave the labels to the other. */
async function lockLabels(
  { tables, sql: dialect }: Database,
  executor: Kysely<Tables>,
  labels: ReadonlyMap<string, BatchLabelsTable>,
): Promise<void> {
  const wanted = dialect.jsonRows(
    [...labels.values()].map(({ kind, value, created_at: createdAt, batch_id: batch }) => ({
      w_kind: kind,
      w_value: value,
      w_created: createdAt,
      w_batch: batch,
    })),
    { w_kind: "text", w_value: "text", w_created: "integer", w_batch: "text" },
  );
  await sql`
    select l.size from ${wanted} as wanted
    ${dialect.smallFirst} ${sql.table(tables.batchLabels)} as l ${dialect.byIndex("primary")}
      on l.kind = w_kind and l.value = w_value and l.created_at = w_created and l.batch_id = w_batch
    order by l.kind, l.value, l.created_at, l.batch_id ${dialect.forUpdate}`.execute(executor);
}

function labelsByKey(rows: readonly LabelledRow[]): Map<string, BatchLabelsTable> {
  const labels = [...Map.groupBy(rows, (row) => Number(row.created_at))].flatMap(([createdAt, inserted]) =>
    labelsOf(inserted.map(toLabelled)).map((label) => ({ ...label, created_at: createdAt })),
  );
  return new Map(labels.map((label) => [JSON.stringify(labelKey.map((name) => label[name])), label]));
}

function toLabelled(row: LabelledRow) {
  return {
    batchId: row.batch_id,
    template: row.template,
    groupNames: JSON.parse(row.group_names) as string[],
    relatedContact: row.related_contact_id === null ? null : { id: row.related_contact_id },
    cancelKey: row.cancel_key,
  };
}
