import { type RawBuilder, sql } from "kysely";
import type { Database } from "../database.js";
import type { BatchLabelsTable, NotificationsTable } from "../schema.js";

export type Label = Pick<BatchLabelsTable, "kind" | "value">;

export interface LabelRequest {
  readonly label: Label;
  /** What each notification must fulfil besides. */
  readonly conditions: RawBuilder<unknown>;
  readonly wanted: number;
  /** In ms, both inclusive. */
  readonly period: { readonly earliest: number; readonly latest: number };
}

/** Labels looked at in one statement. */
const labelsPerLook = 200;

type LabelRow = Pick<BatchLabelsTable, "created_at" | "batch_id" | "size">;

/**
 * Walks from the newest batch with this label to the older ones until there are enough notifications. A label has the
 * time of its notifications, so whatever an older label leads to is older.
 */
export async function readByLabel(
  database: Database,
  { label, conditions, wanted, period }: LabelRequest,
): Promise<NotificationsTable[]> {
  const found: NotificationsTable[] = [];
  let { latest } = period;
  for (;;) {
    const labels = await newestLabels(database, label, { ...period, latest });
    const enough = wholeMoments(labels, wanted - found.length);
    const last = enough.at(-1);
    if (!last) return found;
    found.push(...(await readBatches(database, enough, conditions, wanted - found.length)));
    if (found.length >= wanted) return found;
    latest = last.created_at - 1;
  }
}

async function newestLabels(
  database: Database,
  { kind, value }: Label,
  { earliest, latest }: LabelRequest["period"],
): Promise<LabelRow[]> {
  const read = (moment: RawBuilder<unknown>, limit: RawBuilder<unknown>) =>
    sql<LabelRow>`
      select created_at, batch_id, size from ${sql.table(database.tables.batchLabels)}
      where kind = ${kind} and value = ${value} and ${moment}
      order by created_at desc, batch_id desc ${limit}`.execute(database.on());
  const { rows } = await read(
    sql`created_at >= ${earliest} and created_at <= ${latest}`,
    sql`limit ${labelsPerLook}`,
  );
  const labels = rows.map((row) => ({ ...row, created_at: Number(row.created_at), size: Number(row.size) }));
  const [first] = labels;
  const last = labels.at(-1);
  if (!first || !last || labels.length < labelsPerLook) return labels;
  // The look may have ended in the middle of a moment.
  if (first.created_at > last.created_at) return labels.filter((one) => one.created_at > last.created_at);
  const moment = await read(sql`created_at = ${first.created_at}`, sql``);
  return moment.rows.map((row) => ({ ...row, created_at: Number(row.created_at), size: Number(row.size) }));
}

/** The first labels that promise enough notifications, and all others of the same millisecond as the last of them. */
function wholeMoments(labels: readonly LabelRow[], wanted: number): readonly LabelRow[] {
  let promised = 0;
  const enough = labels.findIndex(({ size }) => {
    promised += size;
    return promised >= wanted;
  });
  const last = labels[enough];
  return last ? labels.filter((one) => one.created_at >= last.created_at) : labels;
}

async function readBatches(
  database: Database,
  labels: readonly LabelRow[],
  conditions: RawBuilder<unknown>,
  wanted: number,
): Promise<NotificationsTable[]> {
  const { tables, sql: dialect } = database;
  const batches = dialect.jsonRows(
    labels.map((label) => ({ l_batch: label.batch_id, l_created: label.created_at })),
    { l_batch: "text", l_created: "integer" },
  );
  const { rows } = await sql<NotificationsTable>`
    select n.* from ${batches} as labels
    ${dialect.smallFirst} ${sql.table(tables.notifications)} as n on n.batch_id = l_batch and n.created_at = l_created
    where ${conditions}
    order by n.created_at desc, n.id desc limit ${wanted}`.execute(database.on());
  return rows;
}
