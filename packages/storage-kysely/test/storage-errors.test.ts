import { inspect } from "node:util";
import { StorageError, type StorageFault, systemClock } from "@callboard/core/adapter";
import { type KyselyDialect, kyselyStorage } from "@callboard/storage-kysely";
import { nodeSqliteDialect } from "@callboard/storage-kysely/node-sqlite";
import { mariadb, type OpenDatabase, pglite, postgres, type TestDatabase } from "@callboard/test-databases";
import { Kysely, type RawBuilder, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dialectSql } from "../src/dialects/dialect-sql.js";
import { asStorageError } from "../src/storage-errors.js";
import { tableNames } from "../src/table-names.js";
import { ids } from "./filled-storage.js";

type Fields = Readonly<Record<string, unknown>>;
type Shape = readonly [fault: StorageFault, message: string, fields: Fields];

/** As `node:sqlite` throws it. */
const node = (fault: StorageFault, errcode: number, message: string): Shape => [
  fault,
  message,
  { code: "ERR_SQLITE_ERROR", errcode, errstr: message },
];

/** As better-sqlite3 throws it: no number, but SQLite's own name. */
const better = (fault: StorageFault, code: string, message: string): Shape => [
  fault,
  message,
  { name: "SqliteError", code },
];

const sqliteShapes = [
  node("conflict", 5, "database is locked"),
  node("conflict", 261, "database is locked"),
  node("conflict", 517, "database is locked"),
  node("conflict", 6, "database table is locked"),
  node("read-only", 8, "attempt to write a readonly database"),
  node("read-only", 1032, "attempt to write a readonly database"),
  node("full", 13, "database or disk is full"),
  node("unavailable", 10, "disk I/O error"),
  node("unavailable", 11, "database disk image is malformed"),
  node("unavailable", 14, "unable to open database file"),
  node("unavailable", 26, "file is not a database"),
  node("not-migrated", 1, "no such table: callboard_notifications"),
  node("not-migrated", 1, "table callboard_notifications has no column named priority"),
  node("unexpected", 1555, "UNIQUE constraint failed: callboard_notifications.id"),
  better("conflict", "SQLITE_BUSY", "database is locked"),
  better("conflict", "SQLITE_BUSY_SNAPSHOT", "database is locked"),
  better("conflict", "SQLITE_LOCKED", "database table is locked"),
  better("read-only", "SQLITE_READONLY", "attempt to write a readonly database"),
  better("read-only", "SQLITE_READONLY_DBMOVED", "attempt to write a readonly database"),
  better("full", "SQLITE_FULL", "database or disk is full"),
  better("unavailable", "SQLITE_IOERR_WRITE", "disk I/O error"),
  better("unavailable", "SQLITE_CORRUPT", "database disk image is malformed"),
  better("unavailable", "SQLITE_CANTOPEN", "unable to open database file"),
  better("unavailable", "SQLITE_NOTADB", "file is not a database"),
  better("not-migrated", "SQLITE_ERROR", "no such column: priority"),
  better("unexpected", "SQLITE_CONSTRAINT_UNIQUE", "UNIQUE constraint failed: callboard_notifications.id"),
];

const pg = (fault: StorageFault, code: string, message: string): Shape => [
  fault,
  message,
  { name: "error", severity: "ERROR", code, routine: "exec_stmt" },
];

const network = (code: string, message: string): Shape => ["unavailable", message, { code, errno: -111 }];

const postgresShapes = [
  pg("conflict", "40001", "could not serialize access due to concurrent update"),
  pg("conflict", "40P01", "deadlock detected"),
  pg("conflict", "55P03", "canceling statement due to lock timeout"),
  pg(
    "conflict",
    "23505",
    'duplicate key value violates unique constraint "callboard_contact_addresses_owner"',
  ),
  pg("unavailable", "53300", "sorry, too many clients already"),
  pg("unavailable", "57P01", "terminating connection due to administrator command"),
  pg("unavailable", "57P02", "terminating connection because of crash of another server process"),
  pg("unavailable", "57P03", "the database system is starting up"),
  pg("unavailable", "25P03", "terminating connection due to idle-in-transaction timeout"),
  pg("unavailable", "08006", "connection failure"),
  pg("not-migrated", "42P01", 'relation "callboard_notifications" does not exist'),
  pg("not-migrated", "42703", 'column "priority" does not exist'),
  pg("not-migrated", "3F000", 'schema "notices" does not exist'),
  pg("read-only", "25006", "cannot execute INSERT in a read-only transaction"),
  pg("full", "53100", "could not extend file: No space left on device"),
  pg("unexpected", "22001", "value too long for type character varying(255)"),
  pg("unexpected", "22P02", 'invalid input syntax for type bigint: "connection was lost"'),
  pg("unexpected", "57014", "canceling statement due to statement timeout"),
  network("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:5432"),
  network("ECONNREFUSED", ""),
  network("ECONNRESET", "read ECONNRESET"),
  network("ENOTFOUND", "getaddrinfo ENOTFOUND database.internal"),
  network("EPIPE", "write EPIPE"),
  ["unavailable", "Connection terminated unexpectedly", {}],
  ["unavailable", "Connection terminated due to connection timeout", {}],
  ["unavailable", "timeout exceeded when trying to connect", {}],
  ["unavailable", "Client has encountered a connection error and is not queryable", {}],
  // With a pool's query_timeout, when the link has fallen silent.
  ["unavailable", "Query read timeout", {}],
] satisfies Shape[];

const mysql2 = (fault: StorageFault, errno: number, code: string, message: string): Shape => [
  fault,
  message,
  { code, errno, sqlState: "HY000", sqlMessage: message, sql: "select 1" },
];

/** As the mariadb driver throws it: the connection in front, the statement behind. */
const mariadbs = (fault: StorageFault, errno: number, sqlState: string, message: string): Shape => [
  fault,
  `(conn:7, no: ${errno}, SQLState: ${sqlState}) ${message}\nsql: select 1 - parameters:[]`,
  { name: "SqlError", errno, sqlState, code: "UNKNOWN", fatal: false, sqlMessage: message },
];

const mysqlShapes = [
  [
    "unavailable",
    "Query inactivity timeout",
    { code: "PROTOCOL_SEQUENCE_TIMEOUT", fatal: true },
  ] satisfies Shape,
  mysql2(
    "conflict",
    1213,
    "ER_LOCK_DEADLOCK",
    "Deadlock found when trying to get lock; try restarting transaction",
  ),
  mysql2("conflict", 1205, "ER_LOCK_WAIT_TIMEOUT", "Lock wait timeout exceeded; try restarting transaction"),
  mysql2("conflict", 1062, "ER_DUP_ENTRY", "Duplicate entry 'a' for key 'PRIMARY'"),
  mysql2("conflict", 1062, "ER_DUP_ENTRY", "Duplicate entry 'connection was lost' for key 'PRIMARY'"),
  mysql2("conflict", 1020, "ER_CHECKREAD", "Record has changed since last read in table 'a'"),
  mysql2("conflict", 1412, "ER_TABLE_DEF_CHANGED", "Table definition has changed, please retry transaction"),
  mysql2("unavailable", 1040, "ER_CON_COUNT_ERROR", "Too many connections"),
  mysql2(
    "unavailable",
    1203,
    "ER_TOO_MANY_USER_CONNECTIONS",
    "User a has already more than 'max_user_connections'",
  ),
  mysql2("unavailable", 1053, "ER_SERVER_SHUTDOWN", "Server shutdown in progress"),
  mysql2("unavailable", 1927, "ER_CONNECTION_KILLED", "Connection was killed"),
  mysql2("not-migrated", 1146, "ER_NO_SUCH_TABLE", "Table 'test.callboard_notifications' doesn't exist"),
  mysql2("not-migrated", 1054, "ER_BAD_FIELD_ERROR", "Unknown column 'priority' in 'field list'"),
  mysql2("read-only", 1290, "ER_OPTION_PREVENTS_STATEMENT", "The server is running with --read-only"),
  mysql2("read-only", 1792, "ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION", "Cannot execute statement"),
  mysql2("read-only", 1836, "ER_READ_ONLY_MODE", "Running in read-only mode"),
  mysql2("full", 1021, "ER_DISK_FULL", "Disk full (/tmp/a)"),
  mysql2("full", 1114, "ER_RECORD_FILE_FULL", "The table 'callboard_notifications' is full"),
  mysql2("full", 1030, "ER_GET_ERRNO", 'Got error 28 "No space left on device" from storage engine InnoDB'),
  mysql2(
    "full",
    1026,
    "ER_ERROR_ON_WRITE",
    "Error writing file '/tmp/a' (errno: 28 \"No space left on device\")",
  ),
  mysql2("unexpected", 1366, "ER_TRUNCATED_WRONG_VALUE", "Incorrect integer value: 'connection was lost'"),
  mysql2("unexpected", 1406, "ER_DATA_TOO_LONG", "Data too long for column 'address' at row 1"),
  ["unavailable", "Connection lost: The server closed the connection.", { code: "PROTOCOL_CONNECTION_LOST" }],
  ["unavailable", "Can't add new command when connection is in closed state", {}],
  ["unavailable", "connect ETIMEDOUT", { code: "ETIMEDOUT", errorno: "ETIMEDOUT", syscall: "connect" }],
  ["unavailable", "No connections available.", {}],
  ["unavailable", "Queue limit reached.", {}],
  network("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:3306"),
  mariadbs("conflict", 1213, "40001", "Deadlock found when trying to get lock; try restarting transaction"),
  mariadbs("unavailable", 45009, "08S01", "socket has unexpectedly been closed"),
  mariadbs("unavailable", 45013, "08S01", "Cannot execute new commands: connection closed"),
  mariadbs("unavailable", 45026, "08S01", "socket timeout"),
  mariadbs("unavailable", 45028, "HY000", "retrieve connection from pool timeout after 10001ms"),
  mariadbs("not-migrated", 1146, "42S02", "Table 'test.callboard_notifications' doesn't exist"),
  mariadbs("unexpected", 1064, "42000", "You have an error in your SQL syntax"),
] satisfies Shape[];

describe.each([
  { dialect: "sqlite", shapes: sqliteShapes },
  { dialect: "postgres", shapes: postgresShapes },
  { dialect: "mysql", shapes: mysqlShapes },
] as const)("what drivers of $dialect throw", ({ dialect, shapes }) => {
  test.each(shapes as Shape[])("is %s: %s", (fault, message, fields) => {
    const driversError = Object.assign(new Error(message), fields);
    const error = asStorageError(driversError, dialectOf(dialect));
    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({ fault });
  });

  test("in a commit leaves the outcome unknown where the connection broke, and nowhere else", () => {
    for (const [fault, message, fields] of shapes as Shape[]) {
      const driversError = Object.assign(new Error(message), fields);
      const error = asStorageError(driversError, dialectOf(dialect), { isCommit: true });
      expect(error).toMatchObject({ fault: fault === "unavailable" ? "outcome-unknown" : fault });
    }
  });

  test("is told from mistakes in the code, which stay as they are", () => {
    const mistake = new TypeError("Cannot read properties of undefined (reading 'id')");
    expect(asStorageError(mistake, dialectOf(dialect))).toBe(mistake);
  });
});

const sqlite = {
  name: "SQLite",
  dialect: "sqlite",
  absent: null,
  async open() {
    const db = new Kysely({ dialect: nodeSqliteDialect({ file: ":memory:" }) });
    return { db, close: () => db.destroy() };
  },
} as const;

const databases: readonly (typeof sqlite | TestDatabase)[] = [
  ...[sqlite, postgres, pglite],
  ...[mariadb.mysql2, mariadb.mariadb],
];

describe.each(databases)("errors of $name", ({ name, dialect, absent, open }) => {
  if (absent !== null) {
    console.log(`Left out, because ${absent}: errors of ${name}.`);
    return test.skip("carry no values", () => undefined);
  }
  let database: Pick<OpenDatabase, "db" | "close">;
  let storage: ReturnType<typeof kyselyStorage>;

  beforeAll(async () => {
    database = await open();
    storage = kyselyStorage({ db: database.db, dialect });
    await storage.migrate();
    await insertAddress("first").execute(database.db);
  }, 60_000);
  afterAll(() => database.close());

  /** The StorageError of a statement that must fail. */
  async function refusal(statement: RawBuilder<unknown>): Promise<unknown> {
    const error = await statement.execute(database.db).then(
      () => new Error("The statement was not refused."),
      (reason: unknown) => asStorageError(reason, dialectOf(dialect)),
    );
    expect(error).toBeInstanceOf(StorageError);
    return error;
  }

  test("carry nothing of a row that collides", async () => {
    expectNoValues(await refusal(insertAddress("second")));
    const copied = sql`insert into callboard_contact_addresses (user_id, channel, address)
      select 'third', channel, address from callboard_contact_addresses`;
    expectNoValues(await refusal(copied));
  });

  test("carry nothing of a statement that cannot be read", async () => {
    const quoted = "'+263771234567 O''Brien'";
    expectNoValues(await refusal(sql.raw(`select ${quoted} ${quoted} from from secret_column`)));
    expectNoValues(await refusal(sql.raw(`select 1 where "+263771234567 from secret_column`)));
  });

  test.skipIf(dialect === "sqlite")("carry nothing of a value that its column does not take", async () => {
    for (const value of [secret, "263771234567263771234567", 'a "quoted" +263771234567'])
      expectNoValues(await refusal(insertSlot(value)));
  });

  test.skipIf(dialect === "sqlite")("carry nothing of what a verb could not write", async () => {
    const address = `${secret}${"0".repeat(300)}`;
    const person = { userId: "ada", name: null, locale: null, active: true };
    const saving = storage.contacts.save([{ ...person, addresses: { whatsapp: address } }]);
    const error = await saving.then(undefined, (reason: unknown) => reason);
    expect(error).toMatchObject({ fault: "unexpected" });
    expectNoValues(error);
    expect(await storage.contacts.getMany(["ada"])).toEqual([]);
  });

  test.runIf(dialect === "postgres")(
    "carry nothing of a text with a NUL, nor of a row written twice",
    async () => {
      const row = ids.draft({ id: "once", address: secret });
      const inserting = storage.notifications.insertMany([{ ...row, address: `${secret}\0` }]);
      const refused = await inserting.then(undefined, (reason: unknown) => reason);
      expect(refused).toMatchObject({ fault: "unexpected" });
      expectNoValues(refused);
      await storage.notifications.insertMany([row]);
      // In a host's transaction, where a conflict is not repeated.
      const again = storage.transaction((transaction) =>
        storage.notifications.insertMany([row], { transaction }),
      );
      const conflict = await again.then(undefined, (reason: unknown) => reason);
      expect(conflict).toMatchObject({ fault: "conflict" });
      expectNoValues(conflict);
    },
  );
});

/** Quotes, and lines that look like places of a stack, so that no simple rule finds where it ends. */
const secret = "+263771234567 O'Brien's\n    at home (the \"kitchen\":1:2)\nsql: it's";

function insertAddress(userId: string): RawBuilder<unknown> {
  return sql`insert into callboard_contact_addresses (user_id, channel, address)
    values (${userId}, 'whatsapp', ${secret})`;
}

function insertSlot(value: string): RawBuilder<unknown> {
  return sql`insert into callboard_recurring_jobs (name, last_slot) values (${value}, ${value})`;
}

/** In the whole error, with all that hangs on it: no value, and no statement. */
function expectNoValues(error: unknown): void {
  const all = inspect(error, { depth: 10, showHidden: true, maxStringLength: null });
  expect(all).toMatch(/cause/);
  const unwanted =
    /77123|Brien|kitchen|at home|it's|insert into|select\b|secret_column|parameters|values? \(/i;
  expect(all.split("\n").filter((line) => unwanted.test(line))).toEqual([]);
}

function dialectOf(dialect: KyselyDialect) {
  return dialectSql(dialect, tableNames("callboard_"), systemClock);
}
