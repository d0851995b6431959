import { type RawBuilder, sql } from "kysely";
import type { ColumnType, NewColumns } from "./dialect-schema.js";

/** The additions that `alter table` is to make: of the columns wanted, those that are not present. */
export function missingColumns(wanted: NewColumns, present: readonly string[]): RawBuilder<unknown>[] {
  return Object.entries(wanted)
    .filter(([name]) => !present.includes(name))
    .map(([name, type]) => sql`add column ${sql.id(name)} ${asSql(type)}`);
}

function asSql(type: ColumnType): RawBuilder<unknown> {
  return typeof type === "string" ? sql.raw(type) : type;
}
