import { randomUUID } from "node:crypto";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { channel, groupOf, templateName } from "../workload.ts";
import { type Batch, contentFor, newBatch } from "./content.ts";
import type { ClaimedRow, Floor, Order } from "./floor.ts";
import { slices } from "./slices.ts";

const rowsPerInsert = 100;

const tables = `
  create table people (user_id text primary key, name text not null, address text not null,
    active integer not null, opted_out_at integer) without rowid;
  create table members (group_name text not null, user_id text not null,
    primary key (group_name, user_id)) without rowid;
  create table messages (id text primary key, batch_id text not null, user_id text not null, channel text not null,
    address text not null, template text not null, version integer not null, content text not null,
    idempotency_key text, content_hash text not null, status text not null, due_at integer not null,
    created_at integer not null, provider_id text, sent_at integer,
    unique (template, idempotency_key, user_id, channel));
  create index messages_due on messages (due_at) where status = 'pending'`;

/** The SQLite that Node brings along, in WAL mode, with statements that are prepared once. */
export function sqliteFloor(file: string): Floor {
  const db = new DatabaseSync(file, { timeout: 5_000 });
  db.exec("pragma journal_mode = wal");
  const prepared = new Map<string, StatementSync>();
  const prepare = (text: string) => {
    const statement = prepared.get(text) ?? db.prepare(text);
    prepared.set(text, statement);
    return statement;
  };

  return {
    async setUp(everybody, groupSizes) {
      db.exec(tables);
      inTransaction(db, () => {
        const person = db.prepare("insert into people values (?, ?, ?, 1, null)");
        const member = db.prepare("insert into members values (?, ?)");
        for (const { userId, name, address } of everybody) person.run(userId, name, address);
        for (const size of groupSizes)
          for (const { userId } of everybody.slice(0, size)) member.run(groupOf(size), userId);
      });
    },
    queue: async (order) => inTransaction(db, () => queue(prepare, order)),
    claim: async (limit) => inTransaction(db, () => claim(prepare, limit)),
    async record(results) {
      inTransaction(db, () => {
        const update = prepare(
          "update messages set status = 'sent', provider_id = ?, sent_at = ? where id = ?",
        );
        const now = Date.now();
        for (const { id, providerId } of results) update.run(providerId, now, id);
      });
    },
    async prepareToRead() {
      db.exec("create index messages_newest on messages (created_at)");
      db.exec("create index messages_provider on messages (provider_id) where provider_id is not null");
    },
    newest: async (limit) => prepare("select * from messages order by created_at desc limit ?").all(limit),
    stats: async () =>
      prepare("select status, count(*) from messages where created_at >= ? group by +status").all(
        Date.now() - 86_400_000,
      ),
    byProviderId: async (ids) =>
      prepare("select * from messages where provider_id in (select value from json_each(?))").all(
        JSON.stringify(ids),
      ),
    clear: async () => db.exec("delete from messages"),
    close: async () => db.close(),
  };
}

type Prepare = (text: string) => StatementSync;

function queue(prepare: Prepare, order: Order): string[] {
  const batch = newBatch(order);
  const members = prepare(`
    select p.user_id, p.name, p.address from members m join people p on p.user_id = m.user_id
    where m.group_name = ? and p.active = 1 and p.opted_out_at is null`).all(order.group);
  const ids: string[] = [];
  for (const slice of slices(members, rowsPerInsert)) {
    const values = slice.flatMap(({ user_id: userId, name, address }) => {
      const id = randomUUID();
      ids.push(id);
      const content = JSON.stringify(contentFor(order, String(userId), String(name)));
      return [id, String(userId), String(address), content];
    });
    prepare(insertOf(slice.length)).run(...sharedValues(order, batch), ...values);
  }
  return ids;
}

/** What all rows share is bound once. */
function sharedValues({ key }: Order, { id, contentHash, now }: Batch) {
  return [id, channel, templateName, key, contentHash, now];
}

function insertOf(count: number): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const own = (offset: number) => `?${7 + index * 4 + offset}`;
    return `(${own(0)}, ?1, ${own(1)}, ?2, ${own(2)}, ?3, 1, ${own(3)}, ?4, ?5, 'pending', ?6, ?6)`;
  });
  return `insert into messages (id, batch_id, user_id, channel, address, template, version, content, idempotency_key,
    content_hash, status, due_at, created_at) values ${rows.join(", ")} on conflict do nothing`;
}

function claim(prepare: Prepare, limit: number): ClaimedRow[] {
  const statement = prepare(`
    update messages set status = 'sending' where id in (
      select id from messages where status = 'pending' and due_at <= ? order by due_at limit ?)
    returning id, address, content`);
  return statement.all(Date.now(), limit) as unknown as ClaimedRow[];
}

function inTransaction<Result>(db: DatabaseSync, work: () => Result): Result {
  db.exec("begin immediate");
  try {
    const result = work();
    db.exec("commit");
    return result;
  } catch (error) {
    db.exec("rollback");
    throw error;
  }
}
