import type { NewNotification } from "@callboard/core/adapter";
import type { Kysely } from "kysely";
import type { Database } from "../database.js";
import { insertRows } from "../insert-rows.js";
import type { JsonColumns } from "../json-rows.js";
import type { BatchLabelsTable, Tables } from "../schema.js";

export const labelColumns = {
  kind: "text",
  value: "text",
  created_at: "integer",
  batch_id: "text",
  size: "integer",
} as const satisfies JsonColumns;

export const labelKey = ["kind", "value", "created_at", "batch_id"] as const;

/** What a notification can be found by through its batch. */
type Labelled = Pick<NewNotification, "template" | "groupNames" | "relatedContact" | "cancelKey" | "batchId">;

/** One row for each distinct label of what is inserted together, however many people that is. */
export async function insertLabels(
  database: Database,
  executor: Kysely<Tables>,
  rows: readonly Labelled[],
  createdAt: number,
): Promise<void> {
  const { tables, sql: dialect } = database;
  await insertRows(database, executor, {
    table: tables.batchLabels,
    columns: {
      kind: ["text", ({ kind }) => kind],
      value: ["text", ({ value }) => value],
      created_at: ["integer", () => createdAt],
      batch_id: ["text", ({ batch_id: batchId }) => batchId],
      size: ["integer", ({ size }) => size],
    },
    items: labelsOf(rows),
    // Another insert of the same batch in the same millisecond: both are found by one label.
    whenTaken: dialect.skipTaken(tables.batchLabels, labelKey),
  });
}

export function labelsOf(rows: readonly Labelled[]): Omit<BatchLabelsTable, "created_at">[] {
  return [...Map.groupBy(rows, ({ batchId }) => batchId)].flatMap(([batchId, members]) => {
    const sizes = newSizes();
    for (const { template, groupNames, relatedContact, cancelKey } of members) {
      count(sizes.template, template);
      for (const name of groupNames) count(sizes.group, name);
      if (relatedContact) count(sizes.contact, relatedContact.id);
      if (cancelKey !== null) count(sizes.cancel, cancelKey);
    }
    return Object.entries(sizes).flatMap(([kind, values]) =>
      [...values].map(([value, size]) => ({ kind: kind as Kind, value, batch_id: batchId, size })),
    );
  });
}

type Kind = BatchLabelsTable["kind"];
type Sizes = Readonly<Record<Kind, Map<string, number>>>;

function newSizes(): Sizes {
  return { template: new Map(), group: new Map(), contact: new Map(), cancel: new Map() };
}

function count(sizes: Map<string, number>, value: string): void {
  sizes.set(value, (sizes.get(value) ?? 0) + 1);
}
