import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import type { NewNotification } from "@callboard/core/adapter";
import { kyselyStorage } from "@callboard/storage-kysely";
import { nodeSqliteDialect } from "@callboard/storage-kysely/node-sqlite";
import { Kysely, type RawBuilder, SqliteDialect, sql } from "kysely";
import { expect, onTestFinished, test, vi } from "vitest";
import { ids } from "./filled-storage.js";
import { migrateTo } from "./migrating.js";
import { inProcesses, newFile, openFile, sqliteProgram } from "./sqlite-file.js";

/** Small, so that everybody may run them; the experiment asks for 20,000 and 50. */
const rows = Number(process.env.CALLBOARD_SQLITE_ROWS ?? 8_000);
const kills = Number(process.env.CALLBOARD_SQLITE_KILLS ?? 10);

test("claim() and record() from four processes on one file give each notification to exactly one", async () => {
  const file = await newFile();
  const { db, storage } = openFile(file);
  await storage.migrate();
  await storage.notifications.insertMany(drafts("row", rows));
  const printed = await inProcesses(4, "work", file);
  const recorded = printed.flatMap((line) => JSON.parse(line) as string[]);
  expect(recorded).toHaveLength(rows);
  expect(new Set(recorded).size).toBe(rows);
  expect(await countIn(db, sql`callboard_notifications where status = 'sent'`)).toBe(rows);
  expect(await countIn(db, sql`callboard_attempts`)).toBe(rows);
  expect(await countIn(db, sql`callboard_attempts where outcome = 'accepted'`)).toBe(rows);
}, 120_000);

test("a call that meets another process's lock waits for its end, while the rest of the process goes on", async () => {
  const file = await newFile();
  const { storage } = openFile(file, { busyTimeoutMs: 600_000 });
  await storage.migrate();
  const other = lockedBy(file);
  const inserting = storage.notifications.insertMany(drafts("row", 3));
  const isSettled = vi.fn();
  inserting.finally(isSettled);
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(isSettled).not.toHaveBeenCalled();
  other.exec("rollback");
  expect((await inserting).insertedIds).toHaveLength(3);
});

test("a call whose wait for a lock was too short is repeated, and succeeds after the release", async () => {
  const file = await newFile();
  let refusals = 0;
  let other: DatabaseSync | undefined;
  const { storage } = openFile(file, {
    busyTimeoutMs: 1,
    log({ level }) {
      if (level !== "error") return;
      refusals += 1;
      if (refusals === 3) other?.exec("rollback");
    },
  });
  await storage.migrate();
  other = lockedBy(file);
  expect((await storage.notifications.insertMany(drafts("row", 3))).insertedIds).toHaveLength(3);
  expect(refusals).toBe(3);
});

test("a lock that never ends is a conflict in the end; nothing is written, and the next call after it works", async () => {
  const file = await newFile();
  const { storage, db } = openFile(file, { busyTimeoutMs: 1 });
  await storage.migrate();
  const other = lockedBy(file);
  const insert = () => storage.notifications.insertMany(drafts("row", 3));
  await expect(insert()).rejects.toMatchObject({ name: "StorageError", fault: "conflict" });
  expect(await countIn(db, sql`callboard_notifications`)).toBe(0);
  other.exec("rollback");
  expect((await insert()).insertedIds).toHaveLength(3);
}, 30_000);

test("migrate() behind a lock that never ends is a conflict in the end", async () => {
  const file = await newFile();
  const other = lockedBy(file);
  const { storage } = openFile(file, { busyTimeoutMs: 1 });
  await expect(storage.migrate()).rejects.toMatchObject({ name: "StorageError", fault: "conflict" });
  other.exec("rollback");
  await storage.migrate();
}, 30_000);

test("on a full disk a call fails as a whole, and work goes on as soon as there is space", async () => {
  const { db, storage } = openFile(await newFile());
  await storage.migrate();
  await storage.notifications.insertMany(drafts("first", 20));
  await leaveSpaceFor(db, 20);
  let batches = 0;
  const insertAll = async () => {
    for (; batches < 1_000; batches += 1) await storage.notifications.insertMany(drafts(`b${batches}`, 20));
  };
  await expect(insertAll()).rejects.toMatchObject({ name: "StorageError", fault: "full" });
  expect(batches).toBeGreaterThan(0);
  expect(await countIn(db, sql`callboard_notifications`)).toBe(20 + batches * 20);
  expect(await countIn(db, sql`callboard_batch_labels`)).toBe(2 + batches * 2);
  const work = async () => {
    while ((await claimSome(storage)) > 0);
  };
  await expect(work()).rejects.toMatchObject({ name: "StorageError", fault: "full" });
  expect(await integrityOf(db)).toBe("ok");

  await leaveSpaceFor(db, 1_000_000);
  await storage.notifications.insertMany(drafts("last", 20));
  await work();
  expect(await countIn(db, sql`callboard_notifications where status = 'pending'`)).toBe(0);
  expect(await integrityOf(db)).toBe("ok");
});

test("a host's transaction on a full disk rolls back, and the connection is free for the next", async () => {
  const { db, storage } = openFile(await newFile());
  await storage.migrate();
  await leaveSpaceFor(db, 10);
  const fill = storage.transaction(async (transaction) => {
    for (let batch = 0; batch < 1_000; batch += 1)
      await storage.notifications.insertMany(drafts(`b${batch}`, 20), { transaction });
  });
  await expect(fill).rejects.toMatchObject({ name: "StorageError", fault: "full" });
  expect(await countIn(db, sql`callboard_notifications`)).toBe(0);
  await leaveSpaceFor(db, 1_000_000);
  await storage.transaction((transaction) =>
    storage.notifications.insertMany(drafts("last", 20), { transaction }),
  );
  expect(await countIn(db, sql`callboard_notifications`)).toBe(20);
});

test.each([
  { name: "node:sqlite", dialect: (file: string) => nodeSqliteDialect({ file }) },
  { name: "Kysely's own dialect", dialect: stockDialect },
])(
  "an error at which SQLite rolls back by itself is told, not that there is nothing left to roll back: $name",
  async ({ dialect }) => {
    const db = new Kysely<unknown>({ dialect: dialect(":memory:") });
    onTestFinished(() => db.destroy());
    const storage = kyselyStorage({ db, dialect: "sqlite" });
    await migrateTo(db, "sqlite", "0001-tables");
    for (const table of ["notifications", "migrations"]) {
      const trigger = `create trigger on_${table} before insert on callboard_${table}`;
      await sql.raw(`${trigger} begin select raise(rollback, 'The plug was pulled.'); end`).execute(db);
    }
    const told = { name: "StorageError", cause: { message: "The plug was pulled." } };
    const insert = (options?: object) => storage.notifications.insertMany(drafts("row", 3), options);
    await expect(insert()).rejects.toMatchObject(told);
    await expect(storage.transaction((transaction) => insert({ transaction }))).rejects.toMatchObject(told);
    await expect(storage.migrate()).rejects.toMatchObject(told);
  },
);

test("migrate() on a full disk says so and leaves nothing behind, and succeeds once there is space", async () => {
  const { db, storage } = openFile(await newFile());
  await leaveSpaceFor(db, 15);
  await expect(storage.migrate()).rejects.toMatchObject({ name: "StorageError", fault: "full" });
  expect(await countIn(db, sql`sqlite_master`)).toBe(0);
  await leaveSpaceFor(db, 1_000_000);
  await storage.migrate();
  expect(await storage.groups.list()).toEqual([]);
});

test("kill -9 in the middle of writes, again and again, breaks no file and loses nothing that was stored", async () => {
  const file = await newFile();
  const { storage } = openFile(file);
  await storage.migrate();
  const stored = new Set<string>();
  const sent = new Set<string>();
  for (let kill = 1; kill <= kills; kill += 1) {
    await writeUntilKilled(file, 40 + kill, { stored, sent });
    const { db } = openFile(file);
    expect(await integrityOf(db)).toBe("ok");
    expect(await missing(db, sql`callboard_notifications`, stored)).toEqual([]);
    expect(await missing(db, sql`callboard_notifications where status = 'sent'`, sent)).toEqual([]);
    expect(await countIn(db, halfWritten)).toBe(0);
  }
  expect(stored.size).toBeGreaterThan(kills * 20);
}, 120_000);

/** Batches that are not whole, sent notifications without an accepted attempt, and batches without both labels. */
const halfWritten = sql`(
  select batch_id from callboard_notifications group by batch_id having count(*) <> 10
  union all
  select id from callboard_notifications as n where status = 'sent' and not exists (
    select 1 from callboard_attempts as a where a.id = n.attempt_id and a.outcome = 'accepted')
  union all
  select n.batch_id from callboard_notifications as n
  left join callboard_batch_labels as l on l.batch_id = n.batch_id and l.created_at = n.created_at
  group by n.id having count(*) <> 2)`;

/** Starts a process that writes, kills it as soon as it has told of so many ids, and adds all that it told. */
async function writeUntilKilled(
  file: string,
  count: number,
  told: Readonly<Record<"stored" | "sent", Set<string>>>,
): Promise<void> {
  const child = spawn(process.execPath, ["--no-warnings", sqliteProgram, "write", file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let lines = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    lines += 1;
    const [what, id] = line.split(" ") as ["stored" | "sent", string];
    // The last line may have been cut.
    if (id?.length === 38) told[what].add(id);
    if (lines === count) child.kill("SIGKILL");
  }
  await exitOf(child);
  expect(child.signalCode).toBe("SIGKILL");
}

async function exitOf(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

function drafts(name: string, count: number): NewNotification[] {
  return Array.from({ length: count }, (_, index) =>
    ids.draft({ id: `${name}-${index}`, batchId: name, userId: ids.user(index) }),
  );
}

async function claimSome({ notifications }: ReturnType<typeof kyselyStorage>): Promise<number> {
  const claimed = await notifications.claim({ ...ids.due(crypto.randomUUID(), 50), leaseMs: 1 });
  return claimed.length;
}

/** As Kysely's own dialect sees better-sqlite3: it knows nothing of waiting, nor of rolling back twice. */
function stockDialect(file: string): SqliteDialect {
  const database = new DatabaseSync(file);
  const prepare = (query: string) => {
    const statement = database.prepare(query);
    return {
      reader: statement.columns().length > 0,
      all: (parameters: readonly unknown[]) => statement.all(...(parameters as never[])),
      run: (parameters: readonly unknown[]) => statement.run(...(parameters as never[])),
      iterate: (parameters: readonly unknown[]) => statement.iterate(...(parameters as never[])),
    };
  };
  return new SqliteDialect({ database: { close: () => database.close(), prepare } });
}

/** Another process that writes, as far as SQLite can tell. */
function lockedBy(file: string): DatabaseSync {
  const other = new DatabaseSync(file);
  onTestFinished(() => other.close());
  other.exec("begin exclusive");
  return other;
}

/** SQLite's own limit stands in for that of the disk. */
async function leaveSpaceFor(db: Kysely<unknown>, pages: number): Promise<void> {
  const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db);
  const limit = (rows[0]?.page_count ?? 0) + pages;
  await sql`pragma max_page_count = ${sql.lit(limit)}`.execute(db);
}

async function integrityOf(db: Kysely<unknown>): Promise<string> {
  const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(db);
  return rows.map((row) => row.integrity_check).join();
}

async function countIn(db: Kysely<unknown>, from: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from ${from}`.execute(db);
  return rows[0]?.count ?? Number.NaN;
}

async function missing(db: Kysely<unknown>, from: RawBuilder<unknown>, told: Set<string>): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from ${from}`.execute(db);
  const found = new Set(rows.map(({ id }) => id));
  return [...told].filter((id) => !found.has(id));
}
