import { type Kysely, sql } from "kysely";
import type { DatabaseName } from "../harness/databases.ts";
import { body, channel, context } from "../workload.ts";

/** Rows that the database makes by itself: a history of finished notifications, as a busy host would have. */
export interface History {
  /** Begins the names of the tables. */
  readonly prefix: string;
  /** A multiple of 100: so many share a batch. */
  readonly count: number;
  /** The number of the first row, a multiple of 100; the same number again is a collision. */
  readonly first: number;
  readonly from: Date;
  readonly until: Date;
}

/** What the rows of every history are about. */
export const historical = {
  users: (count: number) => Math.min(10_000, Math.max(100, count / 100)),
  templates: 200,
  groups: 5,
  contacts: 2_000,
  userId: (number: number) => `history-user-${number}`,
  template: (number: number) => `history_template_${number}`,
  group: (number: number) => `History group ${number}`,
  contact: (number: number) => `history-contact-${number}`,
};

const rowsPerBatch = 100;
const labelKinds = ["template", "group", "contact"] as const;

/** Writes a history, straight into the tables: through the store it would take an hour. */
export async function seed(name: DatabaseName, db: Kysely<unknown>, history: History): Promise<void> {
  const { count, first } = history;
  const dialect = dialects[name];
  for (let start = first; start < first + count; start += dialect.rowsPerStatement) {
    const rows = dialect.series(start, Math.min(start + dialect.rowsPerStatement, first + count) - 1);
    await sql.raw(notifications(dialect, history, rows)).execute(db);
    await sql.raw(attempts(dialect, history, rows)).execute(db);
  }
  const batches = dialect.series(first / rowsPerBatch, (first + count) / rowsPerBatch - 1);
  for (const kind of labelKinds) await sql.raw(batchLabels(dialect, history, batches, kind)).execute(db);
}

/** How many batch labels a history of so many rows has. */
export function labelsFor(count: number): number {
  return (count / rowsPerBatch) * labelKinds.length;
}

/** The id of a batch, as it is stored. */
export async function historicalBatchId(
  name: DatabaseName,
  db: Kysely<unknown>,
  batch: number,
): Promise<string> {
  const { rows } = await sql
    .raw<{ id: string }>(`select ${ids(dialects[name]).batch(String(batch))} as id`)
    .execute(db);
  return rows[0]?.id ?? "";
}

interface SeedDialect {
  readonly rowsPerStatement: number;
  /** Something to select the numbers `n` of a range from. */
  readonly series: (first: number, last: number) => string;
  readonly join: (...parts: readonly string[]) => string;
  readonly divide: (dividend: string, divisor: number | string) => string;
  /** Eight digits of a number below 2 ** 32. */
  readonly hex: (number: string) => string;
  /** Twelve digits. */
  readonly padded: (number: string) => string;
}

const dialects: Record<DatabaseName, SeedDialect> = {
  sqlite: {
    rowsPerStatement: 100_000,
    series: (first, last) =>
      `(with recursive numbers (n) as (select ${first} union all select n + 1 from numbers where n < ${last})
        select n from numbers) as series`,
    join: (...parts) => `(${parts.map((part) => `(${part})`).join(" || ")})`,
    divide: (dividend, divisor) => `((${dividend}) / ${divisor})`,
    hex: (number) => `printf('%08x', ${number})`,
    padded: (number) => `printf('%012d', ${number})`,
  },
  postgres: {
    rowsPerStatement: 100_000,
    series: (first, last) => `generate_series(${first}::bigint, ${last}::bigint) as series (n)`,
    join: (...parts) => `(${parts.map((part) => `(${part})`).join(" || ")})`,
    divide: (dividend, divisor) => `((${dividend}) / ${divisor})`,
    hex: (number) => `lpad(to_hex(${number}), 8, '0')`,
    padded: (number) => `lpad((${number})::text, 12, '0')`,
  },
  mariadb: {
    // All at once and in the order of their ids, which is the order in which InnoDB stores rows: ten times as fast.
    rowsPerStatement: Number.POSITIVE_INFINITY,
    series: (first, last) =>
      `(select seq as n from seq_${first}_to_${last} order by ${scattered("seq")} limit ${last - first + 1}) as series`,
    join: (...parts) => `concat(${parts.join(", ")})`,
    divide: (dividend, divisor) => `((${dividend}) div ${divisor})`,
    hex: (number) => `lpad(lower(hex(${number})), 8, '0')`,
    padded: (number) => `lpad(${number}, 12, '0')`,
  },
};

/** Each number leads to another one below 2 ** 32, in no order. */
function scattered(n: string): string {
  return `((${n}) * 2654435761) % 4294967296`;
}

/** Unique, 36 characters long, and in no order, like random ids. */
function ids({ join, hex, padded }: SeedDialect) {
  const id = (kind: string) => (n: string) => join(hex(scattered(n)), `'-0000-4000-${kind}-'`, padded(n));
  return { notification: id("8000"), attempt: id("9000"), batch: id("a000") };
}

/** What a row is about follows from its number. */
function facts(dialect: SeedDialect, { count, first, from, until }: History) {
  const { join, divide } = dialect;
  const batch = divide("n", rowsPerBatch);
  const users = historical.users(count);
  const createdAt = (batchNumber: string) => {
    const passed = `(${batchNumber} - ${first / rowsPerBatch}) * ${until.getTime() - from.getTime()}`;
    return `${from.getTime()} + ${divide(passed, count / rowsPerBatch)}`;
  };
  const about = (batchNumber: string) => ({
    template: join("'history_template_'", `${batchNumber} % ${historical.templates}`),
    group: join("'History group '", `${batchNumber} % ${historical.groups}`),
    contact: join("'history-contact-'", `${batchNumber} % ${historical.contacts}`),
  });
  return {
    batch,
    createdAt,
    about,
    user: join("'history-user-'", `(n + (${batch}) * 37) % ${users}`),
    address: join("'+26377'", dialect.padded(`(n + (${batch}) * 37) % ${users}`)),
    messageId: join("'wamid.HBgM'", ids(dialect).attempt("n")),
    /** 1 % failed, 60 % read, 30 % delivered, the rest sent. */
    isFailed: "n % 100 = 0",
    isRead: "n % 100 between 1 and 60",
    isDelivered: "n % 100 between 1 and 90",
  };
}

function notifications(dialect: SeedDialect, history: History, rows: string): string {
  const fact = facts(dialect, history);
  const { template, group, contact } = fact.about(fact.batch);
  const id = ids(dialect);
  const createdAt = fact.createdAt(fact.batch);
  const text = JSON.stringify({
    text: `${body} ${context.customerName}`,
    variables: null,
    buttons: [],
    channel: null,
  });
  const when = (condition: string, value: string) => `case when ${condition} then ${value} end`;
  const columns: Record<string, string> = {
    id: id.notification("n"),
    batch_id: id.batch(fact.batch),
    user_id: fact.user,
    channel: `'${channel}'`,
    address: fact.address,
    template,
    template_version: "1",
    status: `case when ${fact.isFailed} then 'failed' when ${fact.isRead} then 'read'
      when ${fact.isDelivered} then 'delivered' else 'sent' end`,
    priority: "1",
    content: `'${text.replaceAll("\\", "\\\\")}'`,
    content_hash: `'${"0".repeat(64)}'`,
    group_names: dialect.join(`'["'`, group, `'"]'`),
    on_uncertain: "'resend'",
    attempts: "1",
    crashes: "0",
    uncertainties: "0",
    created_at: createdAt,
    related_contact_id: contact,
    related_contact_name: "'Tariro Moyo'",
    idempotency_key: dialect.join("'event-'", fact.batch),
    attempt_id: id.attempt("n"),
    provider_message_id: fact.messageId,
    failure_class: when(fact.isFailed, "'permanent-recipient'"),
    failure_code: when(fact.isFailed, "'131026'"),
    failure_message: when(fact.isFailed, "'Message undeliverable'"),
    failure_hint: when(fact.isFailed, "'Ask the person for another number.'"),
    sent_at: `${createdAt} + 1500`,
    delivered_at: when(fact.isDelivered, `${createdAt} + 4000`),
    read_at: when(fact.isRead, `${createdAt} + 60000`),
    failed_at: when(fact.isFailed, `${createdAt} + 4000`),
  };
  return insertInto(`${history.prefix}notifications`, columns, rows);
}

function attempts(dialect: SeedDialect, history: History, rows: string): string {
  const fact = facts(dialect, history);
  const createdAt = fact.createdAt(fact.batch);
  const columns = {
    id: ids(dialect).attempt("n"),
    notification_id: ids(dialect).notification("n"),
    channel: `'${channel}'`,
    started_at: `${createdAt} + 1000`,
    ended_at: `${createdAt} + 1500`,
    outcome: "'accepted'",
    provider_message_id: fact.messageId,
    duration_ms: "500",
  };
  return insertInto(`${history.prefix}attempts`, columns, rows);
}

function batchLabels(
  dialect: SeedDialect,
  history: History,
  batches: string,
  kind: (typeof labelKinds)[number],
): string {
  const fact = facts(dialect, history);
  const columns = {
    kind: `'${kind}'`,
    value: fact.about("n")[kind],
    created_at: fact.createdAt("n"),
    batch_id: ids(dialect).batch("n"),
    size: String(rowsPerBatch),
  };
  return insertInto(`${history.prefix}batch_labels`, columns, batches);
}

function insertInto(table: string, columns: Readonly<Record<string, string>>, rows: string): string {
  return `insert into ${table} (${Object.keys(columns).join(", ")})
    select ${Object.values(columns).join(", ")} from ${rows}`;
}
