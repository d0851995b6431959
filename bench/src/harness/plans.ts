import type { CompiledQuery, Kysely } from "kysely";
import type { DatabaseName } from "./databases.ts";

/** Statements that find rows. A plain insert finds none. */
const readsRows = /^\s*(select|with|update|delete|insert\b[\s\S]*\bselect\b)/i;

/**
 * Which of the tables a statement reads from end to end, by the database's own plan. A statement with a limit may read an
 * index from its start; it stops early.
 */
export async function scannedTables(
  database: DatabaseName,
  db: Kysely<unknown>,
  query: CompiledQuery,
  tables: readonly string[],
): Promise<string[]> {
  if (!readsRows.test(query.sql)) return [];
  const scanned = await scans[database](db, query);
  const named = aliases(query.sql, tables);
  return [...new Set(scanned.flatMap((name) => named.get(name) ?? []))];
}

type Scans = (db: Kysely<unknown>, query: CompiledQuery) => Promise<string[]>;

/** By the name that the statement gives to each table. */
const scans: Record<DatabaseName, Scans> = {
  async sqlite(db, query) {
    const rows = await explain<{ detail: string }>(db, query, "explain query plan");
    return rows.flatMap(({ detail }) => {
      const [, name, index] = /^SCAN (\w+)( USING .*INDEX)?/.exec(detail) ?? [];
      return name === undefined || (index !== undefined && hasLimit(query)) ? [] : name;
    });
  },
  async postgres(db, query) {
    const [row] = await explain<{ "QUERY PLAN": [{ Plan: PostgresNode }] }>(
      db,
      query,
      "explain (format json)",
    );
    return row ? postgresScans(row["QUERY PLAN"][0].Plan, false) : [];
  },
  async mariadb(db, query) {
    const rows = await explain<{ table: string | null; type: string | null }>(db, query, "explain");
    return rows.flatMap(({ table, type }) =>
      table !== null && (type === "ALL" || (type === "index" && !hasLimit(query))) ? table : [],
    );
  },
};

interface PostgresNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Cond"?: string;
  readonly Plans?: readonly PostgresNode[];
}

function postgresScans(node: PostgresNode, limited: boolean): string[] {
  const type = node["Node Type"];
  const table = node["Relation Name"];
  const wholeIndex = /^Index (Only )?Scan$/.test(type) && node["Index Cond"] === undefined && !limited;
  const found = table !== undefined && (type === "Seq Scan" || wholeIndex) ? [table] : [];
  const below = node.Plans ?? [];
  return [...found, ...below.flatMap((plan) => postgresScans(plan, limited || type === "Limit"))];
}

async function explain<Row>(db: Kysely<unknown>, query: CompiledQuery, how: string): Promise<Row[]> {
  const { rows } = await db.executeQuery<Row>({ ...query, sql: `${how} ${query.sql}` });
  return rows;
}

function hasLimit({ sql }: CompiledQuery): boolean {
  return /\blimit\b/i.test(sql);
}

/** Plans name a table by its alias, where it has one. */
function aliases(sql: string, tables: readonly string[]): Map<string, string> {
  const named = new Map(tables.map((table) => [table, table]));
  for (const table of tables) {
    const alias = new RegExp(`["\`]${table}["\`]\\s+as\\s+["\`]?(\\w+)`, "gi");
    for (const [, name = ""] of sql.matchAll(alias)) named.set(name, table);
  }
  return named;
}
