/** The SQL types that a column of a JSON row can have. */
export type JsonColumnType = "text" | "integer";

/** By name, in the order in which they are selected. */
export type JsonColumns = Readonly<Record<string, JsonColumnType>>;

export type JsonRow = Readonly<Record<string, string | number | null | undefined>>;
