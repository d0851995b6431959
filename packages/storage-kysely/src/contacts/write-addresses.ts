import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Database } from "../database.js";
import { type InsertRequest, insertRows } from "../insert-rows.js";
import type { ContactAddressesTable, Tables } from "../schema.js";
import type { AddressChange } from "./address-book.js";

type Row = ContactAddressesTable;

/** What a row holds beside its key, which is the person and the channel. */
const columns: Readonly<Record<string, InsertRequest<Row>["columns"][string]>> = {
  address: ["text", ({ address }) => address],
  alias: ["text", ({ alias }) => alias],
  opted_out_at: ["integer", (row) => row.opted_out_at],
  opt_changed_at: ["integer", (row) => row.opt_changed_at],
  marketing_opted_out_at: ["integer", (row) => row.marketing_opted_out_at],
  marketing_changed_at: ["integer", (row) => row.marketing_changed_at],
  last_inbound_at: ["integer", (row) => row.last_inbound_at],
  unreachable_at: ["integer", (row) => row.unreachable_at],
  unreachable_reason: ["text", (row) => row.unreachable_reason],
};

/**
 * Writes rows that this transaction has locked. An address and an alias have one owner at every moment, also between two
 * rows of one statement: so they are given up before anybody takes them.
 */
export async function writeAddresses(
  database: Database,
  transaction: Kysely<Tables>,
  changes: readonly AddressChange[],
): Promise<void> {
  const moved = changes.filter(({ before, after }) => before.address !== after.address);
  const stayed = changes.filter(({ before, after }) => before.address === after.address);
  const renamed = stayed.filter(({ before, after }) => before.alias !== null && before.alias !== after.alias);
  await deleteAddresses(
    database,
    transaction,
    moved.map(({ before }) => before),
  );
  await update(
    database,
    transaction,
    renamed.map(({ before }) => before),
    sql`alias = null`,
  );
  const values = Object.keys(columns).map((name) => sql`${sql.id(name)} = ${sql.id(`u_${name}`)}`);
  await update(
    database,
    transaction,
    stayed.map(({ after }) => after),
    sql.join(values),
  );
  await insertAddresses(
    database,
    transaction,
    moved.map(({ after }) => after),
  );
}

export async function insertAddresses(
  database: Database,
  executor: Kysely<Tables>,
  items: readonly Row[],
): Promise<void> {
  await insertRows(database, executor, {
    table: database.tables.contactAddresses,
    columns: { user_id: ["text", (row) => row.user_id], channel: ["text", (row) => row.channel], ...columns },
    items,
  });
}

export async function deleteAddresses(
  { tables, sql: dialect }: Database,
  executor: Kysely<Tables>,
  deleted: readonly Pick<Row, "user_id" | "channel">[],
): Promise<void> {
  if (deleted.length === 0) return;
  const rows = dialect.jsonRows(
    deleted.map((row) => ({ d_user: row.user_id, d_channel: row.channel })),
    { d_user: "text", d_channel: "text" },
  );
  const match = { user_id: "d_user", channel: "d_channel" };
  await dialect.deleteUsing({ table: tables.contactAddresses, rows, match }).execute(executor);
}

async function update(
  { tables, sql: dialect }: Database,
  transaction: Kysely<Tables>,
  changed: readonly Row[],
  set: RawBuilder<unknown>,
): Promise<void> {
  if (changed.length === 0) return;
  const types = Object.fromEntries(Object.entries(columns).map(([name, [type]]) => [`u_${name}`, type]));
  const rows = changed.map((row) => ({
    ...{ u_user: row.user_id, u_channel: row.channel },
    ...Object.fromEntries(Object.entries(columns).map(([name, [, read]]) => [`u_${name}`, read(row)])),
  }));
  await dialect
    .updateFrom({
      table: tables.contactAddresses,
      as: "c",
      rows: dialect.jsonRows(rows, { u_user: "text", u_channel: "text", ...types }),
      on: sql`c.user_id = u_user and c.channel = u_channel`,
      set,
    })
    .execute(transaction);
}
