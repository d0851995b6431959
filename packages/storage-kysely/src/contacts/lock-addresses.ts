import { type Kysely, sql } from "kysely";
import type { Database } from "../database.js";
import type { ContactAddressesTable, Tables } from "../schema.js";
import { storageError } from "../storage-errors.js";
import { bareName } from "../table-names.js";
import { rowKey } from "./address-book.js";

/** What an address is found by. */
export interface AddressKey {
  readonly channel: string;
  readonly by: "address" | "alias";
  readonly value: string;
}

/**
 * The rows of these keys, for as long as the transaction lasts. First found, then locked in the order of their own key, so
 * that two transactions never wait for each other. Where a row has lost its address or alias meanwhile, it is not known who
 * has got that: the call is to be repeated.
 */
export async function lockAddresses(
  database: Database,
  transaction: Kysely<Tables>,
  keys: readonly AddressKey[],
): Promise<ContactAddressesTable[]> {
  const found = await findAddresses(database, transaction, keys);
  if (found.length === 0) return [];
  const rows = await lockByOwner(database, transaction, found);
  const locked = new Map(rows.map((row) => [rowKey(row), row]));
  if (found.some((one) => locked.get(rowKey(one))?.[one.found_by] !== one.value))
    throw storageError("conflict", "An address has changed hands.");
  return rows;
}

type Found = Pick<ContactAddressesTable, "user_id" | "channel"> & {
  readonly found_by: AddressKey["by"];
  readonly value: string;
};

/** Two questions, because an index answers each of them, and none an "or" of both. */
async function findAddresses(
  { tables: { contactAddresses: table }, sql: dialect }: Database,
  transaction: Kysely<Tables>,
  keys: readonly AddressKey[],
): Promise<Found[]> {
  const questions = (["address", "alias"] as const).flatMap((by) => {
    const values = keys.filter((key) => key.by === by);
    if (values.length === 0) return [];
    const wanted = dialect.jsonRows(
      values.map(({ channel, value }) => ({ w_channel: channel, w_value: value })),
      { w_channel: "text", w_value: "text" },
    );
    const index = dialect.byIndex(`${bareName(table)}_${by === "address" ? "owner" : "alias"}`);
    return sql`
      select c.user_id, c.channel, ${sql.lit(by)} as found_by, c.${sql.id(by)} as value from ${wanted} as wanted
      ${dialect.smallFirst} ${sql.table(table)} as c ${index} on c.channel = w_channel and c.${sql.id(by)} = w_value`;
  });
  const { rows } = await sql<Found>`${sql.join(questions, sql` union `)}`.execute(transaction);
  return rows;
}

async function lockByOwner(
  { tables: { contactAddresses: table }, sql: dialect }: Database,
  transaction: Kysely<Tables>,
  found: readonly Found[],
): Promise<ContactAddressesTable[]> {
  const owners = new Map(found.map((one) => [rowKey(one), { w_user: one.user_id, w_channel: one.channel }]));
  const wanted = dialect.jsonRows([...owners.values()], { w_user: "text", w_channel: "text" });
  const { rows } = await sql<ContactAddressesTable>`
    select c.* from ${wanted} as wanted
    ${dialect.smallFirst} ${sql.table(table)} as c ${dialect.byIndex("primary")}
      on c.user_id = w_user and c.channel = w_channel
    order by c.user_id, c.channel ${dialect.forUpdate}`.execute(transaction);
  return rows.map(withNumbers);
}

/** Drivers give large integers as numbers or as text. */
function withNumbers(row: ContactAddressesTable): ContactAddressesTable {
  const number = (value: number | null) => (value === null ? null : Number(value));
  return {
    ...row,
    opted_out_at: number(row.opted_out_at),
    opt_changed_at: number(row.opt_changed_at),
    marketing_opted_out_at: number(row.marketing_opted_out_at),
    marketing_changed_at: number(row.marketing_changed_at),
    last_inbound_at: number(row.last_inbound_at),
    unreachable_at: number(row.unreachable_at),
  };
}
