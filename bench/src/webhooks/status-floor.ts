import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createPool, type ResultSetHeader } from "mysql2/promise";
import pg from "pg";
import type { BenchDatabase } from "../harness/databases.ts";

/** One table of messages, and one statement that writes down what a webhook says of them. Keeps no receipts, and tells nobody. */
export interface StatusFloor {
  /** Adds messages that a provider has accepted under these ids. */
  fill(messageIds: readonly string[]): Promise<void>;
  /** Returns how many of them were not delivered before. */
  deliver(deliveries: readonly Delivery[]): Promise<number>;
  close(): Promise<void>;
}

export interface Delivery {
  readonly messageId: string;
  /** In seconds since 1970. */
  readonly at: number;
}

/** On SQLite in a file of its own, so that neither side writes into the other's log. */
export async function openStatusFloor({ name, location }: BenchDatabase): Promise<StatusFloor> {
  if (name === "sqlite") return sqliteStatusFloor(join(dirname(location), "status-floor.sqlite"));
  return name === "postgres" ? postgresStatusFloor(location) : mariadbStatusFloor(location);
}

const content = JSON.stringify({ text: "Order *SO-1042* awaits your review.", variables: ["SO-1042"] });

async function postgresStatusFloor(url: string): Promise<StatusFloor> {
  const pool = new pg.Pool({ connectionString: url });
  // Without a listener, a connection that the server ends would end the process.
  pool.on("error", () => {});
  await pool.query(`
    create table floor_statuses (id uuid primary key default gen_random_uuid(), message_id text not null unique,
      content text not null, status text not null, due_at timestamptz, delivered_at timestamptz);
    create index floor_statuses_due on floor_statuses (due_at) where status = 'pending'`);
  const insert = `
    insert into floor_statuses (message_id, content, status) select message_id, $2, 'sent' from unnest($1::text[]) as message_id`;
  const update = `
    update floor_statuses as f set status = 'delivered', delivered_at = to_timestamp(d.at)
    from unnest($1::text[], $2::bigint[]) as d (message_id, at) where f.message_id = d.message_id and f.status = 'sent'`;
  return {
    async fill(messageIds) {
      await pool.query(insert, [messageIds, content]);
    },
    async deliver(deliveries) {
      const values = [deliveries.map(({ messageId }) => messageId), deliveries.map(({ at }) => at)];
      return (await pool.query({ name: "deliver", text: update, values })).rowCount ?? 0;
    },
    close: () => pool.end(),
  };
}

async function sqliteStatusFloor(file: string): Promise<StatusFloor> {
  const db = new DatabaseSync(file, { timeout: 5_000 });
  db.exec(`
    pragma journal_mode = wal;
    create table statuses (id integer primary key, message_id text not null unique, content text not null,
      status text not null, due_at integer, delivered_at integer);
    create index statuses_due on statuses (due_at) where status = 'pending'`);
  const insert = db.prepare(
    "insert into statuses (message_id, content, status) select value, ?, 'sent' from json_each(?)",
  );
  const update = db.prepare(`
    update statuses set status = 'delivered', delivered_at = d.at
    from (select value ->> 'messageId' as message_id, value ->> 'at' as at from json_each(?)) as d
    where statuses.message_id = d.message_id and status = 'sent'`);
  return {
    fill: async (messageIds) => void insert.run(content, JSON.stringify(messageIds)),
    deliver: async (deliveries) => Number(update.run(JSON.stringify(deliveries)).changes),
    close: async () => db.close(),
  };
}

async function mariadbStatusFloor(url: string): Promise<StatusFloor> {
  const pool = createPool({ uri: url });
  await pool.query(`
    create table floor_statuses (id bigint auto_increment primary key, message_id varchar(255) character set ascii not null unique,
      content text not null, status varchar(16) not null, due_at bigint, delivered_at bigint, key (status, due_at))`);
  const update = `
    update json_table(?, '$[*]' columns (message_id varchar(255) character set ascii path '$.messageId',
      at bigint path '$.at')) d straight_join floor_statuses f on f.message_id = d.message_id
    set f.status = 'delivered', f.delivered_at = d.at where f.status = 'sent'`;
  return {
    async fill(messageIds) {
      const rows = messageIds.map((messageId) => [messageId, content, "sent"]);
      await pool.query("insert into floor_statuses (message_id, content, status) values ?", [rows]);
    },
    async deliver(deliveries) {
      const [{ affectedRows }] = await pool.execute<ResultSetHeader>(update, [JSON.stringify(deliveries)]);
      return affectedRows;
    },
    close: () => pool.end(),
  };
}
