import { type Kysely, sql } from "kysely";

/** Takes the indexes of tables away while `work` fills them, and makes them afterwards: sorted, instead of row by row. */
export async function withoutIndexes(
  db: Kysely<unknown>,
  tables: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  const indexes = new Map<string, Index[]>();
  for (const table of tables) indexes.set(table, await indexesOf(db, table));
  await alterEach(db, indexes, ({ name }) => sql`drop index ${sql.id(name)}`);
  await work();
  await alterEach(db, indexes, ({ name, columns, unique }) => {
    const kind = sql.raw(unique ? "unique index" : "index");
    return sql`add ${kind} ${sql.id(name)} (${sql.join(columns.map((column) => sql.id(column)))})`;
  });
}

interface Index {
  readonly name: string;
  readonly columns: readonly string[];
  readonly unique: boolean;
}

async function indexesOf(db: Kysely<unknown>, table: string): Promise<Index[]> {
  const { rows } = await sql<{ name: string; columns: string; nonUnique: number }>`
    select index_name as name, group_concat(column_name order by seq_in_index) as columns, non_unique as nonUnique
    from information_schema.statistics
    where table_schema = database() and table_name = ${table} and index_name <> 'PRIMARY'
    group by index_name, non_unique`.execute(db);
  return rows.map(({ name, columns, nonUnique }) => ({
    name,
    columns: columns.split(","),
    unique: Number(nonUnique) === 0,
  }));
}

async function alterEach(
  db: Kysely<unknown>,
  indexes: ReadonlyMap<string, readonly Index[]>,
  change: (index: Index) => ReturnType<typeof sql>,
): Promise<void> {
  for (const [table, ofTable] of indexes)
    await sql`alter table ${sql.table(table)} ${sql.join(ofTable.map(change))}`.execute(db);
}
