import { kyselyStorage } from "@callboard/storage-kysely";
import { type Kysely, sql } from "kysely";
import { type BenchDatabase, connect, dialectOf } from "../harness/databases.ts";
import { recordStatements, type StatementRecorder } from "../harness/statements.ts";
import { withoutIndexes } from "./mariadb-indexes.ts";
import { historical, historicalBatchId, labelsFor, seed } from "./seed.ts";

export type BenchStorage = ReturnType<typeof kyselyStorage<unknown>>;

/** Callboard's tables with so many rows in them, beside others in the same database. */
export interface TableSet {
  /** How many notifications there are before anything is measured. */
  readonly rows: number;
  readonly database: BenchDatabase;
  readonly prefix: string;
  readonly db: Kysely<unknown>;
  readonly storage: BenchStorage;
  /** What pages are asked for: something that only the history has. `null` without a history. */
  readonly subject: PageSubject | null;
}

export interface PageSubject {
  readonly status: "failed" | "delivered";
  readonly userId: string;
  readonly template: string;
  readonly groupName: string;
  readonly relatedContactId: string;
  readonly batchId: string;
}

/** The tables that grow for ever. */
export const growingTables = ["notifications", "attempts", "batch_labels"] as const;

/** Below that, reading a table from end to end may be the best that a planner can do. */
const manyRows = 10_000;

const day = 86_400_000;
export const historyDays = 30;

/** Makes the tables and their history: the 30 days up to a time. */
export async function openTableSet(
  database: BenchDatabase,
  db: Kysely<unknown>,
  rows: number,
  until = new Date(Date.now() - 3_600_000),
): Promise<TableSet> {
  const prefix = `rows_${rows}_`;
  const storage = storageOn(database, db, prefix);
  await storage.migrate();
  if (rows === 0) return { rows, database, prefix, db, storage, subject: null };
  // Statistics would come in the middle of it, or not; the benchmark looks at both states on purpose.
  if (database.name === "postgres") await setAutovacuum(db, prefix, false);
  const from = new Date(until.getTime() - historyDays * day);
  const write = () => seed(database.name, db, { prefix, count: rows, first: 0, from, until });
  if (database.name === "mariadb")
    await withoutIndexes(db, [`${prefix}notifications`, `${prefix}attempts`], write);
  else await write();
  const subject: PageSubject = {
    status: "failed",
    userId: historical.userId(17),
    template: historical.template(17),
    groupName: historical.group(3),
    relatedContactId: historical.contact(17),
    batchId: await historicalBatchId(database.name, db, 17),
  };
  return { rows, database, prefix, db, storage, subject };
}

/** What the server's own housekeeping does some minutes after so many inserts. */
export async function settle({ database, db, prefix, rows }: TableSet): Promise<void> {
  if (rows === 0 || database.name === "sqlite") return;
  const tables = growingTables.map((table) => prefix + table).join(", ");
  if (database.name === "postgres") {
    await sql.raw(`vacuum analyze ${tables}`).execute(db);
    await setAutovacuum(db, prefix, true);
  } else {
    await sql.raw(`analyze table ${tables}`).execute(db);
  }
}

/** What must never be read from end to end: the tables with many rows, by their names in the database. */
export function largeTables({ rows, prefix }: TableSet): string[] {
  const count = { notifications: rows, attempts: rows, batch_labels: labelsFor(rows) };
  return growingTables.filter((table) => count[table] >= manyRows).map((table) => prefix + table);
}

/** The same tables through a Kysely that remembers what it ran. */
export function withRecorder(set: TableSet): {
  readonly set: TableSet;
  readonly recorder: StatementRecorder;
} {
  const recorder = recordStatements();
  const db = connect(set.database, recorder.log);
  return { set: { ...set, db, storage: storageOn(set.database, db, set.prefix) }, recorder };
}

export function storageOn({ name }: BenchDatabase, db: Kysely<unknown>, prefix?: string): BenchStorage {
  return kyselyStorage({ db, dialect: dialectOf[name], ...(prefix && { prefix }) });
}

async function setAutovacuum(db: Kysely<unknown>, prefix: string, enabled: boolean): Promise<void> {
  for (const table of growingTables)
    await sql.raw(`alter table ${prefix}${table} set (autovacuum_enabled = ${enabled})`).execute(db);
}
