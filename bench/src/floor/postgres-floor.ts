import { randomUUID } from "node:crypto";
import pg from "pg";
import { channel, groupOf, templateName } from "../workload.ts";
import { contentFor, newBatch } from "./content.ts";
import type { ClaimedRow, Floor, Order } from "./floor.ts";
import { inTransaction } from "./postgres-transaction.ts";
import { slices } from "./slices.ts";

const rowsPerInsert = 1_000;

const tables = `
  create table floor_people (user_id text primary key, name text not null, address text not null,
    active boolean not null, opted_out_at timestamptz);
  create table floor_members (group_name text not null, user_id text not null, primary key (group_name, user_id));
  create table floor_messages (id uuid primary key, batch_id uuid not null, user_id text not null,
    channel text not null, address text not null, template text not null, version integer not null,
    content text not null, idempotency_key text, content_hash text not null, status text not null,
    due_at timestamptz not null, created_at timestamptz not null, provider_id text, sent_at timestamptz,
    unique (template, idempotency_key, user_id, channel));
  create index floor_messages_due on floor_messages (due_at) where status = 'pending'`;

/** node-postgres, with named statements. */
export function postgresFloor(url: string): Floor {
  const pool = new pg.Pool({ connectionString: url });
  // Without a listener, a connection that the server ends would end the process.
  pool.on("error", () => {});
  const all = async (name: string, text: string, values: unknown[]) =>
    (await pool.query({ name, text, values })).rows;

  return {
    async setUp(everybody, groupSizes) {
      await pool.query(tables);
      await pool.query(
        "insert into floor_people select *, true, null from unnest($1::text[], $2::text[], $3::text[])",
        [
          everybody.map(({ userId }) => userId),
          everybody.map(({ name }) => name),
          everybody.map(({ address }) => address),
        ],
      );
      for (const size of groupSizes) {
        const userIds = everybody.slice(0, size).map(({ userId }) => userId);
        await pool.query("insert into floor_members select $1, * from unnest($2::text[])", [
          groupOf(size),
          userIds,
        ]);
      }
      await pool.query("analyze");
    },
    queue: (order) => inTransaction(pool, (client) => queue(client, order)),
    claim: (limit) => all("claim", claimOldest, [limit]) as Promise<ClaimedRow[]>,
    async record(results) {
      const ids = results.map(({ id }) => id);
      const providerIds = results.map(({ providerId }) => providerId);
      await all("record", recordAll, [ids, providerIds]);
    },
    async prepareToRead() {
      await pool.query("create index on floor_messages (created_at)");
      await pool.query("create index on floor_messages (provider_id) where provider_id is not null");
    },
    newest: (limit) =>
      all("newest", "select * from floor_messages order by created_at desc limit $1", [limit]),
    stats: () =>
      all(
        "stats",
        "select status, count(*) from floor_messages where created_at >= now() - interval '24 hours' group by status",
        [],
      ),
    byProviderId: (ids) =>
      all("lookup", "select * from floor_messages where provider_id = any($1::text[])", [ids]),
    async clear() {
      await pool.query("truncate floor_messages");
    },
    close: () => pool.end(),
  };
}

const findMembers = `
  select p.user_id, p.name, p.address from floor_members m join floor_people p on p.user_id = m.user_id
  where m.group_name = $1 and p.active and p.opted_out_at is null`;

/** What all rows share is sent once. */
const insertRows = `
  insert into floor_messages (id, batch_id, user_id, channel, address, template, version, content, idempotency_key,
    content_hash, status, due_at, created_at)
  select id, $5, user_id, $6, address, $7, 1, content, $8, $9, 'pending', now(), now()
  from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) as row (id, user_id, address, content)
  on conflict do nothing`;

const claimOldest = `
  update floor_messages set status = 'sending' where id in (
    select id from floor_messages where status = 'pending' and due_at <= now()
    order by due_at limit $1 for update skip locked)
  returning id, address, content`;

const recordAll = `
  update floor_messages as m set status = 'sent', provider_id = r.provider_id, sent_at = now()
  from unnest($1::uuid[], $2::text[]) as r (id, provider_id) where m.id = r.id`;

async function queue(client: pg.PoolClient, order: Order): Promise<string[]> {
  const batch = newBatch(order);
  const { rows: members } = await client.query({ name: "members", text: findMembers, values: [order.group] });
  const queued: string[] = [];
  for (const slice of slices(members, rowsPerInsert)) {
    const ids = slice.map(() => randomUUID());
    const values = [
      ids,
      slice.map((member) => member.user_id),
      slice.map((member) => member.address),
      slice.map((member) => JSON.stringify(contentFor(order, member.user_id, member.name))),
      batch.id,
      channel,
      templateName,
      order.key,
      batch.contentHash,
    ];
    await client.query({ name: "insert", text: insertRows, values });
    queued.push(...ids);
  }
  return queued;
}
