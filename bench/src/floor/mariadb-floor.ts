import { randomUUID } from "node:crypto";
import { createPool, type Pool, type PoolConnection, type RowDataPacket } from "mysql2/promise";
import { channel, groupOf, templateName } from "../workload.ts";
import { contentFor, newBatch } from "./content.ts";
import type { ClaimedRow, Floor, Order } from "./floor.ts";
import { slices } from "./slices.ts";

const rowsPerInsert = 1_000;

const tables = [
  `create table floor_people (user_id varchar(255) primary key, name varchar(255) not null,
    address varchar(255) not null, active boolean not null, opted_out_at bigint)`,
  `create table floor_members (group_name varchar(255) not null, user_id varchar(255) not null,
    primary key (group_name, user_id))`,
  `create table floor_messages (id char(36) character set ascii primary key, batch_id char(36) character set ascii not null,
    user_id varchar(255) not null, channel varchar(32) not null, address varchar(255) not null,
    template varchar(100) not null, version integer not null, content text not null, idempotency_key varchar(255),
    content_hash char(64) character set ascii not null, status varchar(16) not null, due_at bigint not null,
    created_at bigint not null, provider_id varchar(255), sent_at bigint,
    unique key (template, idempotency_key, user_id, channel), key (status, due_at))`,
];

/** mysql2, with one insert for many rows. */
export function mariadbFloor(url: string): Floor {
  const pool = createPool({ uri: url });
  const all = async (text: string, values: readonly (string | number)[]) => {
    const [rows] = await pool.execute<RowDataPacket[]>(text, [...values]);
    return rows;
  };

  return {
    async setUp(everybody, groupSizes) {
      for (const table of tables) await pool.query(table);
      for (const slice of slices(everybody, rowsPerInsert)) {
        const rows = slice.map(({ userId, name, address }) => [userId, name, address, true, null]);
        await pool.query("insert into floor_people values ?", [rows]);
      }
      for (const size of groupSizes) {
        const rows = everybody.slice(0, size).map(({ userId }) => [groupOf(size), userId]);
        for (const slice of slices(rows, rowsPerInsert))
          await pool.query("insert into floor_members values ?", [slice]);
      }
    },
    queue: (order) => inTransaction(pool, (connection) => queue(connection, order)),
    claim: (limit) => inTransaction(pool, (connection) => claim(connection, limit)),
    async record(results) {
      const recorded = results.map(({ id, providerId }) => ({ id, providerId }));
      await pool.execute(recordAll, [JSON.stringify(recorded), Date.now()]);
    },
    async prepareToRead() {
      await pool.query("alter table floor_messages add key (created_at), add key (provider_id)");
    },
    newest: (limit) => all(`select * from floor_messages order by created_at desc limit ${limit}`, []),
    stats: () =>
      all("select status, count(*) from floor_messages where created_at >= ? group by status", [
        Date.now() - 86_400_000,
      ]),
    byProviderId: (ids) =>
      all(`select * from floor_messages where provider_id in (${ids.map(() => "?").join(", ")})`, ids),
    async clear() {
      await pool.query("truncate table floor_messages");
    },
    close: () => pool.end(),
  };
}

const findMembers = `
  select p.user_id, p.name, p.address from floor_members m join floor_people p on p.user_id = m.user_id
  where m.group_name = ? and p.active and p.opted_out_at is null`;

const insertRows = `
  insert into floor_messages (id, batch_id, user_id, channel, address, template, version, content, idempotency_key,
    content_hash, status, due_at, created_at) values ? on duplicate key update id = id`;

const recordAll = `
  update floor_messages m join json_table(?, '$[*]' columns (id char(36) character set ascii path '$.id',
    provider_id varchar(255) path '$.providerId')) r on r.id = m.id
  set m.status = 'sent', m.provider_id = r.provider_id, m.sent_at = ?`;

async function queue(connection: PoolConnection, order: Order): Promise<string[]> {
  const batch = newBatch(order);
  const [members] = await connection.execute<RowDataPacket[]>(findMembers, [order.group]);
  const queued: string[] = [];
  for (const slice of slices(members, rowsPerInsert)) {
    const rows = slice.map(({ user_id: userId, name, address }) => {
      const id = randomUUID();
      queued.push(id);
      const content = JSON.stringify(contentFor(order, userId, name));
      const { contentHash, now } = batch;
      const { key } = order;
      return [
        id,
        batch.id,
        userId,
        channel,
        address,
        templateName,
        1,
        content,
        key,
        contentHash,
        "pending",
        now,
        now,
      ];
    });
    await connection.query(insertRows, [rows]);
  }
  return queued;
}

async function claim(connection: PoolConnection, limit: number): Promise<ClaimedRow[]> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `select id, address, content from floor_messages where status = 'pending' and due_at <= ?
     order by due_at limit ? for update skip locked`,
    [Date.now(), limit],
  );
  const ids = rows.map(({ id }) => id);
  if (ids.length > 0)
    await connection.query("update floor_messages set status = 'sending' where id in (?)", [ids]);
  return rows as ClaimedRow[];
}

async function inTransaction<Result>(
  pool: Pool,
  work: (connection: PoolConnection) => Promise<Result>,
): Promise<Result> {
  const connection = await pool.getConnection();
  try {
    await connection.beginTransaction();
    const result = await work(connection);
    await connection.commit();
    return result;
  } catch (error) {
    await connection.rollback();
    throw error;
  } finally {
    connection.release();
  }
}
