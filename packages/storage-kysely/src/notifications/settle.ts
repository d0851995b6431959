import type { Move, Notification, WriteOptions } from "@callboard/core/adapter";
import { sql } from "kysely";
import type { Database, HostTransaction } from "../database.js";
import type { NotificationsTable } from "../schema.js";
import { updateReturning } from "../update-named.js";
import { type DecidedMove, insertInterventions, isDecided } from "./interventions.js";
import { moveNotifications, moving, type Step } from "./move-notifications.js";
import { toNotification } from "./notification-codec.js";
import { notificationColumns } from "./notification-columns.js";

/** Moves what still is as expected, and notes who decided it: both or neither. */
export async function settle(
  database: Database,
  moves: readonly Move[],
  options: WriteOptions<HostTransaction>,
): Promise<Notification[]> {
  if (moves.length === 0) return [];
  const steps = moves.map(({ id, from, transition }): Step => ({ id, transition, expected: from }));
  const decided = moves.filter(isDecided);
  if (decided.length === 0) {
    return options.transaction === undefined
      ? database.atomically((executor) => moveNotifications(database, executor, steps))
      : moveNotifications(database, database.on(options), steps);
  }
  if (database.sql.writesTogether) return settleInOneStatement(database, steps, decided, options);
  return database.within(options, async (executor) => {
    const moved = await moveNotifications(database, executor, steps);
    const ids = new Set(moved.map(({ id }) => id));
    const taken = decided.filter(({ id }) => ids.has(id));
    if (taken.length > 0) await insertInterventions(database, taken).execute(executor);
    return moved;
  });
}

async function settleInOneStatement(
  database: Database,
  steps: readonly Step[],
  decided: readonly DecidedMove[],
  options: WriteOptions<HostTransaction>,
): Promise<Notification[]> {
  const isTaken = sql`i_id in (select id from moved)`;
  const { rows } = await sql<NotificationsTable>`
    with moved as (${updateReturning(database, moving(database, steps))}),
      noted as (${insertInterventions(database, decided, isTaken)})
    select ${notificationColumns} from moved`.execute(database.on(options));
  return rows.map(toNotification);
}
