import type {
  Attempt,
  ChargeCount,
  FailureClass,
  Notification,
  NotificationCount,
  NotificationStatus,
  Period,
  WriteOptions,
} from "@callboard/core/adapter";
import { type RawBuilder, sql } from "kysely";
import { chunks, toDate } from "../codec.js";
import type { Database, HostTransaction } from "../database.js";
import type { NotificationsTable } from "../schema.js";
import { idsPerStatement } from "./ids-per-statement.js";
import { toCharge, toNotification } from "./notification-codec.js";

export async function getMany(
  database: Database,
  ids: readonly string[],
  options: WriteOptions<HostTransaction> = {},
): Promise<Notification[]> {
  const found: Notification[] = [];
  for (const chunk of chunks([...new Set(ids)], idsPerStatement)) {
    const rows = await database
      .on(options)
      .selectFrom(database.tables.notifications)
      .selectAll()
      .where("id", "in", chunk)
      .execute();
    found.push(...rows.map(toNotification));
  }
  return found;
}

export async function attemptsOf(database: Database, notificationIds: readonly string[]): Promise<Attempt[]> {
  const found: Attempt[] = [];
  for (const chunk of chunks([...new Set(notificationIds)], idsPerStatement)) {
    const rows = await database
      .on()
      .selectFrom(database.tables.attempts)
      .selectAll()
      .where("notification_id", "in", chunk)
      .orderBy("started_at")
      .orderBy("id")
      .execute();
    found.push(
      ...rows.map((row) => ({
        id: row.id,
        notificationId: row.notification_id,
        startedAt: new Date(Number(row.started_at)),
        endedAt: toDate(row.ended_at),
        outcome: row.outcome as Attempt["outcome"],
        providerMessageId: row.provider_message_id,
        providerCode: row.provider_code,
        message: row.message,
        durationMs: row.duration_ms,
      })),
    );
  }
  return found;
}

/** One pass over the period, by the index on the time. */
export async function count(database: Database, period: Period): Promise<NotificationCount[]> {
  const { rows } = await sql<CountRow>`
    select status, template, channel, failure_class, failure_code, count(*) as total
    from ${sql.table(database.tables.notifications)}
    where ${isWithin(period)}
    group by status, template, channel, failure_class, failure_code`.execute(database.on());
  return rows.map((row) => ({
    status: row.status as NotificationStatus,
    template: row.template,
    channel: row.channel,
    failureClass: row.failure_class as FailureClass | null,
    providerCode: row.failure_code,
    count: Number(row.total),
  }));
}

type CountRow = Pick<
  NotificationsTable,
  "status" | "template" | "channel" | "failure_class" | "failure_code"
> & { readonly total: number | string | bigint };

/** As `count`, of what has a charge. */
export async function countCharges(database: Database, period: Period): Promise<ChargeCount[]> {
  const { rows } = await sql<ChargeCountRow>`
    select channel, template, charge_category, charge_type, charge_country, count(*) as total
    from ${sql.table(database.tables.notifications)}
    where ${isWithin(period)} and charge_category is not null
    group by channel, template, charge_category, charge_type, charge_country`.execute(database.on());
  return rows.flatMap((row) => {
    const charge = toCharge(row);
    return charge ? [{ channel: row.channel, template: row.template, charge, count: Number(row.total) }] : [];
  });
}

type ChargeCountRow = Pick<
  NotificationsTable,
  "channel" | "template" | "charge_category" | "charge_type" | "charge_country"
> & { readonly total: number | string | bigint };

function isWithin({ from, until }: Period): RawBuilder<unknown> {
  return sql`created_at >= ${from.getTime()} ${until ? sql`and created_at < ${until.getTime()}` : sql``}`;
}
