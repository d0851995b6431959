import { pgBossScheduler } from "@callboard/scheduler-pg-boss";
import { postgres } from "@callboard/test-databases";
import pg from "pg";
import { PgBoss } from "pg-boss";
import type { Engine } from "./engine.ts";

/** In the store's own database. */
export const pgBoss: Engine = {
  name: "pg-boss",
  absent: postgres.absent,
  async open(connectionString) {
    const pools: pg.Pool[] = [];
    const connectPool = () => {
      const pool = new pg.Pool({ connectionString, max: 4 });
      pool.on("error", () => undefined);
      pools.push(pool);
      return pool;
    };
    const admin = connectPool();
    return {
      connect: async () => pgBossScheduler({ pool: connectPool() }),
      wipe: async () => void (await admin.query("truncate pgboss.job")),
      async wipeSome(random) {
        const { rows } = await admin.query<{ id: string }>("select id from pgboss.job order by start_after");
        const ids = rows.flatMap(({ id }) => (random() < 0.5 ? [id] : []));
        await admin.query("delete from pgboss.job where id = any($1)", [ids]);
      },
      async age(days) {
        const older = ["created_on", "start_after", "keep_until"].map(
          (time) => `${time} = ${time} - $1::interval`,
        );
        await admin.query(`update pgboss.job set ${older.join()} where name = 'callboard'`, [`${days} days`]);
        const boss = new PgBoss({ connectionString, supervise: false, schedule: false });
        await boss.start();
        await boss.supervise("callboard");
        await boss.stop();
      },
      async plant(data) {
        const insert = "insert into pgboss.job (name, data) values ('callboard', $1)";
        await admin.query(insert, [JSON.stringify(data)]);
      },
      async jobs() {
        const { rows } = await admin.query<{ state: string; count: string }>(
          "select state, count(*) from pgboss.job where name = 'callboard' group by state",
        );
        return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
      },
      close: async () => void (await Promise.all(pools.map((pool) => pool.end()))),
    };
  },
};
