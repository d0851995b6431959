import { randomUUID } from "node:crypto";
import { containedPool } from "@callboard/test-databases/connect";
import type pg from "pg";
import { contentFor } from "../../floor/content.ts";
import type { Order } from "../../floor/floor.ts";
import { inTransaction } from "../../floor/postgres-transaction.ts";
import { slices } from "../../floor/slices.ts";
import type { Person } from "../../workload.ts";
import type { HttpSender } from "../http-sender.ts";

/** A row of the team's own table, as its worker loads it. */
export interface Message {
  readonly id: string;
  readonly address: string;
  readonly text: string;
  readonly status: string;
}

/** Puts jobs beside rows, in the transaction that wrote them where the engine can join it. */
export type Enqueue = (ids: readonly string[], client: pg.PoolClient) => Promise<void>;

const tables = `
  create table hand_people (user_id text primary key, name text not null, address text not null);
  create table hand_members (group_name text not null, user_id text not null, primary key (group_name, user_id));
  create table hand_messages (id uuid primary key, user_id text not null, address text not null, text text not null,
    key text not null, status text not null default 'queued', provider_id text, created_at timestamptz not null default
    now(), sent_at timestamptz, unique (key, user_id));`;

const perStatement = 1_000;

export type Messages = ReturnType<typeof openMessages>;

/** The table, with the statements that every team writes for it: in bulk to queue, one by one to send. */
export function openMessages(database: string) {
  const pool = containedPool({ connectionString: database, max: 10 });
  return {
    pool,
    async setUp(everybody: readonly Person[], group: string) {
      await pool.query(tables);
      const columns = [everybody.map((one) => one.userId), everybody.map((one) => one.name)];
      const addresses = everybody.map((one) => one.address);
      await pool.query("insert into hand_people select * from unnest($1::text[], $2::text[], $3::text[])", [
        ...columns,
        addresses,
      ]);
      await pool.query("insert into hand_members select $1, user_id from hand_people", [group]);
    },
    queue: (order: Order, enqueue: Enqueue) => inTransaction(pool, (client) => queue(client, order, enqueue)),
    async load(id: string): Promise<Message | undefined> {
      const text = "select id, address, text, status from hand_messages where id = $1";
      return (await pool.query<Message>({ name: "load", text, values: [id] })).rows[0];
    },
    async markSent(id: string, providerId: string) {
      const text =
        "update hand_messages set status = 'sent', provider_id = $2, sent_at = now() where id = $1";
      await pool.query({ name: "mark", text, values: [id, providerId] });
    },
    async sent(): Promise<number> {
      const text = "select count(*)::integer as count from hand_messages where status = 'sent'";
      return (await pool.query<{ count: number }>(text)).rows[0]?.count ?? 0;
    },
    clear: async () => void (await pool.query("truncate hand_messages")),
    close: () => pool.end(),
  };
}

/** What a worker does with one job. A message that is sent already is passed over: engines may hand out a job twice. */
export async function sendMessage(messages: Messages, sender: HttpSender, id: string): Promise<void> {
  const message = await messages.load(id);
  if (message?.status !== "queued") return;
  await messages.markSent(id, await sender.send({ to: message.address, text: message.text }));
}

async function queue(client: pg.PoolClient, order: Order, enqueue: Enqueue): Promise<number> {
  const { rows: members } = await client.query<{ user_id: string; name: string; address: string }>(
    `select p.user_id, p.name, p.address from hand_members m join hand_people p on p.user_id = m.user_id
     where m.group_name = $1`,
    [order.group],
  );
  for (const slice of slices(members, perStatement)) {
    const ids = slice.map(() => randomUUID());
    const texts = slice.map((one) => contentFor(order, one.user_id, one.name).text);
    await client.query({
      name: "insert",
      text: `insert into hand_messages (id, user_id, address, text, key)
        select id, user_id, address, text, $5 from unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
        as row (id, user_id, address, text)`,
      values: [ids, slice.map((one) => one.user_id), slice.map((one) => one.address), texts, order.key],
    });
    await enqueue(ids, client);
  }
  return members.length;
}
