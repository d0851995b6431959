import type { PauseScope, PauseStore } from "@callboard/core/adapter";
import { sql } from "kysely";
import type { Database } from "./database.js";
import { insertIfAbsent } from "./insert-if-absent.js";
import { timeOf } from "./time-of.js";

export function kyselyPauses(database: Database): PauseStore {
  const { tables, sql: dialect } = database;
  return {
    async list() {
      const rows = await database
        .on()
        .selectFrom(tables.pauses)
        .selectAll()
        .select(sql<number>`case when until_at > ${dialect.now()} then 1 else 0 end`.as("holds"))
        .execute();
      return rows.map(({ channel, template, reason, until_at: until, holds }) => ({
        channel,
        template: template === "" ? null : template,
        reason,
        until: new Date(Number(until)),
        holds: Number(holds) === 1,
      }));
    },
    pause: ({ channel, template, reason, forMs }) =>
      database.transaction(async (transaction) => {
        const until = (await timeOf(database, transaction)) + Math.round(forMs);
        const pause = { ...keyOf({ channel, template }), reason, until_at: until };
        if (await insertIfAbsent(database, transaction, tables.pauses, ["channel", "template"], pause))
          return true;
        await transaction
          .updateTable(tables.pauses)
          .set({ reason, until_at: until })
          .where("channel", "=", channel)
          .where("template", "=", template ?? "")
          .execute();
        return false;
      }),
    async takeProbe({ channel, template }, { forMs }) {
      const { numUpdatedRows } = await database
        .on()
        .updateTable(tables.pauses)
        .set({ until_at: sql<number>`${dialect.now()} + ${Math.round(forMs)}` })
        .where("channel", "=", channel)
        .where("template", "=", template ?? "")
        .where("until_at", "<=", dialect.now())
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },
    async resume({ channel, template }) {
      const { numDeletedRows } = await database
        .on()
        .deleteFrom(tables.pauses)
        .where("channel", "=", channel)
        .where("template", "=", template ?? "")
        .executeTakeFirstOrThrow();
      return numDeletedRows === 1n;
    },
  };
}

function keyOf({ channel, template }: PauseScope) {
  return { channel, template: template ?? "" };
}
