import type { PauseScope, PauseStore } from "@callboard/core/adapter";
import { sql } from "kysely";
import type { Database } from "./database.js";

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
        const until = sql<number>`${dialect.now()} + ${forMs}`;
        const { numInsertedOrUpdatedRows } = await transaction
          .insertInto(tables.pauses)
          .values({ ...keyOf({ channel, template }), reason, until_at: until })
          .onConflict((conflict) => conflict.columns(["channel", "template"]).doNothing())
          .executeTakeFirstOrThrow();
        if (numInsertedOrUpdatedRows === 1n) return true;
        await transaction
          .updateTable(tables.pauses)
          .set({ reason, until_at: until })
          .where("channel", "=", channel)
          .where("template", "=", template ?? "")
          .execute();
        return false;
      }),
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
