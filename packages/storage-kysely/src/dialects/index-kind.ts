import { type RawBuilder, sql } from "kysely";
import type { IndexDefinition } from "./dialect-schema.js";

/** What is made: `create <kind> <name>`. */
export function indexKind({ unique = false }: Pick<IndexDefinition, "unique">): RawBuilder<unknown> {
  return unique ? sql`unique index` : sql`index`;
}
