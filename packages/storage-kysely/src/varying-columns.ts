import type { JsonColumns, JsonColumnType, JsonRow } from "./json-rows.js";

export type Value = string | number | null;

/** By name: its type, and where an item has the value. */
export type ItemColumns<Item> = Readonly<Record<string, readonly [JsonColumnType, (item: Item) => Value]>>;

interface SplitColumns {
  readonly common: ReadonlyMap<string, Value>;
  readonly rows: readonly JsonRow[];
  readonly types: JsonColumns;
}

/**
 * Columns that hold one value in all items, which need travel once, and the others as rows. The first always varies: a
 * table of no columns cannot be selected from.
 */
export function splitColumns<Item>(columns: ItemColumns<Item>, items: readonly Item[]): SplitColumns {
  const common = new Map<string, Value>();
  const types: Record<string, JsonColumnType> = {};
  const rows = items.map((): Record<string, Value> => ({}));
  for (const [index, [name, [type, read]]] of Object.entries(columns).entries()) {
    const values = items.map(read);
    const [first = null] = values;
    if (index > 0 && values.every((value) => value === first)) {
      common.set(name, first);
      continue;
    }
    types[name] = type;
    // What is null is left out: PostgreSQL reads the name of each column again with every row.
    for (const [place, row] of rows.entries()) {
      const value = values[place] ?? null;
      if (value !== null) row[name] = value;
    }
  }
  return { common, rows, types };
}
