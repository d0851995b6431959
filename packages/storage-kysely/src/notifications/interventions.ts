import type { Intervention, InterventionAction, Move, NotificationStatus } from "@callboard/core/adapter";
import { type RawBuilder, sql } from "kysely";
import { chunks } from "../codec.js";
import type { Database } from "../database.js";
import type { JsonColumns } from "../json-rows.js";
import { nextPlace } from "../next-place.js";
import { idsPerStatement } from "./ids-per-statement.js";

/** A step that somebody decided. */
export interface DecidedMove extends Move {
  readonly intervention: NonNullable<Move["intervention"]>;
}

export function isDecided(move: Move): move is DecidedMove {
  return move.intervention !== undefined;
}

const columns = {
  i_id: "text",
  i_place: "integer",
  i_action: "text",
  i_from: "text",
  i_to: "text",
  i_reason: "text",
  i_by: "text",
} as const satisfies JsonColumns;

/** Notes decisions; `taken` limits them to those whose step was taken, in the same statement. */
export function insertInterventions(
  { tables, sql: dialect }: Database,
  moves: readonly DecidedMove[],
  taken: RawBuilder<unknown> = sql`true`,
): RawBuilder<unknown> {
  const rows = moves.map(({ id, from, transition, intervention }) => ({
    i_id: id,
    i_place: nextPlace(),
    i_action: intervention.action,
    i_from: from.status,
    i_to: transition.status,
    i_reason: intervention.reason,
    i_by: intervention.by,
  }));
  return sql`
    insert into ${sql.table(tables.interventions)}
      (notification_id, at, place, action, from_status, to_status, reason, by_whom)
    select i_id, ${dialect.now()}, i_place, i_action, i_from, i_to, i_reason, i_by
    from ${dialect.jsonRows(rows, columns)} as decisions where ${taken}`;
}

export async function interventionsOf(
  database: Database,
  notificationIds: readonly string[],
): Promise<Intervention[]> {
  const found: Intervention[] = [];
  for (const chunk of chunks([...new Set(notificationIds)], idsPerStatement)) {
    const rows = await database
      .on()
      .selectFrom(database.tables.interventions)
      .selectAll()
      .where("notification_id", "in", chunk)
      .orderBy("at")
      .orderBy("place")
      .execute();
    found.push(
      ...rows.map((row) => ({
        notificationId: row.notification_id,
        action: row.action as InterventionAction,
        from: row.from_status as NotificationStatus,
        to: row.to_status as NotificationStatus,
        reason: row.reason,
        by: row.by_whom,
        at: new Date(Number(row.at)),
      })),
    );
  }
  return found;
}
