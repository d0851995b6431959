import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Database } from "../database.js";
import { columnTypes } from "./create-table.js";

/**
 * Which button a person pressed, and what a message is charged as. Nobody of the version before reads or writes any of
 * it: the columns are empty where it inserts. There is no way down, because it would delete what was written.
 */
export function acknowledgements(database: Database): Migration {
  const { notifications, receipts, parkedReceipts } = database.tables;
  const { addColumns } = database.sql.schema;
  const { name, text, time } = columnTypes(database);
  return {
    async up(db: Kysely<unknown>) {
      await addColumns(db, notifications, {
        ...{ acknowledged_at: time, acknowledged_button_id: text, acknowledged_button_label: text },
        ...{ charge_category: name, charge_type: name, charge_country: name },
      });
      await addColumns(db, receipts, { button_id: text, button_label: text });
      await addColumns(db, parkedReceipts, { button: text, charge: text });
    },
  };
}
