import { sql } from "kysely";
import type { PoolClient } from "pg";
import type { PostgresStage } from "./postgres-stage.js";

/** The ids in a queue, in the order of the calls. */
export async function idsIn({ db }: PostgresStage, queue: string): Promise<string[]> {
  const { rows } = await sql<{ data: { ids: string[] } }>`
  select data from pgboss.job where name = ${queue} order by created_on`.execute(db);
  return rows.flatMap(({ data }) => data.ids);
}

/** In a transaction of a pg client; rolls back and rejects when `work` rejects. */
export async function inClient({ pool }: PostgresStage, work: (client: PoolClient) => Promise<void>) {
  const client = await pool.connect();
  try {
    await client.query("begin");
    await work(client);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    client.release();
  }
}
