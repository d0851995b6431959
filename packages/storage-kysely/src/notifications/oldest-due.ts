import type { DueRequest } from "@callboard/core/adapter";
import { sql } from "kysely";
import type { Database } from "../database.js";
import { dueRows } from "./due-rows.js";
import { ranks } from "./notification-codec.js";

/** Each priority is looked up by itself: only then does the index give the longest due row. */
export async function oldestDue(database: Database, request: DueRequest): Promise<number | null> {
  if (request.channels.length === 0) return null;
  const lanes = ranks.map((rank) => {
    const due = dueRows(database, request, { rank, limit: sql`1`, select: sql`next_attempt_at` });
    return sql`select next_attempt_at from (${due}) as ${sql.id(`lane_${rank}`)}`;
  });
  const { rows } = await sql<{ due_ms: number | string | null }>`
    select ${database.sql.now()} - min(next_attempt_at) as due_ms
    from (${sql.join(lanes, sql` union all `)}) as due`.execute(database.on());
  const dueMs = rows[0]?.due_ms ?? null;
  return dueMs === null ? null : Math.max(0, Number(dueMs));
}
