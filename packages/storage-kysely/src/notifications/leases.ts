import type { Lease, OverdueNotification } from "@callboard/core/adapter";
import { type Selectable, sql } from "kysely";
import type { Database } from "../database.js";
import type { NotificationsTable } from "../schema.js";
import { bareName } from "../table-names.js";
import { toNotification } from "./notification-codec.js";

/** Extends what is still held under this token. */
export async function renew(database: Database, { token, leaseMs }: Lease): Promise<string[]> {
  const { tables, sql: dialect } = database;
  const until = sql`${dialect.now()} + ${leaseMs}`;
  return database.transaction(async (transaction) => {
    const { rows } = await sql<{ id: string }>`
      select id from ${sql.table(tables.notifications)} ${dialect.byIndex(`${bareName(tables.notifications)}_lease`)}
      where status = 'sending' and lease_token = ${token} and lease_until > ${dialect.now()}
      ${dialect.forUpdate}`.execute(transaction);
    if (rows.length === 0) return [];
    const held = dialect.jsonRows(
      rows.map(({ id }) => ({ h_id: id })),
      { h_id: "text" },
    );
    const on = sql`n.id = h_id`;
    await dialect
      .updateFrom({ table: tables.notifications, as: "n", rows: held, on, set: sql`lease_until = ${until}` })
      .execute(transaction);
    return rows.map(({ id }) => id);
  });
}

/** Three look-ups, each answered by an index of its own; one `or` over them would read the whole table. */
export async function findOverdue(database: Database, limit: number): Promise<OverdueNotification[]> {
  const { tables, sql: dialect } = database;
  const now = dialect.now();
  const overdue = [
    sql`status = 'sending' and lease_until <= ${now} order by lease_until`,
    sql`status = 'uncertain' and next_attempt_at <= ${now} order by next_attempt_at`,
    sql`status = 'pending' and expires_at <= ${now} order by expires_at`,
  ];
  const found: OverdueNotification[] = [];
  for (const condition of overdue) {
    if (found.length >= limit) break;
    const { rows } = await sql<Selectable<NotificationsTable> & { attempt_open: number | string }>`
      select n.*, (select count(*) from ${sql.table(tables.attempts)} as a
                   where a.id = n.attempt_id and a.ended_at is null) as attempt_open
      from ${sql.table(tables.notifications)} as n
      where ${condition} limit ${limit - found.length}`.execute(database.on());
    for (const row of rows) {
      found.push({
        notification: toNotification(row),
        leaseToken: row.lease_token,
        attemptOpen: Number(row.attempt_open) > 0,
      });
    }
  }
  return found;
}
