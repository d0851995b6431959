import type { ContactInput, SaveContactsResult } from "@callboard/core/adapter";
import { type Kysely, sql } from "kysely";
import { chunks } from "../codec.js";
import type { Database } from "../database.js";
import { insertRows } from "../insert-rows.js";
import type { ContactAddressesTable, Tables } from "../schema.js";
import { rowKey } from "./address-book.js";
import { contactsPerStatement } from "./contacts-per-statement.js";
import { deleteAddresses, insertAddresses } from "./write-addresses.js";

/** An address that somebody else keeps is left to them, and then nothing of the call is written. */
export async function saveContacts(
  database: Database,
  executor: Kysely<Tables>,
  inputs: readonly ContactInput[],
): Promise<SaveContactsResult> {
  if (inputs.length === 0) return { taken: [] };
  const { tables, sql: dialect } = database;
  const taken = await findTaken(database, executor, inputs);
  if (taken.length > 0) return { taken };
  await insertRows(database, executor, {
    table: tables.contacts,
    columns: {
      user_id: ["text", ({ userId }) => userId],
      name: ["text", ({ name }) => name],
      locale: ["text", ({ locale }) => locale],
      active: ["integer", ({ active }) => (active ? 1 : 0)],
    },
    items: inputs,
    whenTaken: dialect.overwriteTaken(["user_id"], ["name", "locale", "active"]),
  });
  await replaceAddresses(database, executor, inputs);
  return { taken };
}

/** What is known of an address belongs to it: its row stays as long as the address does. */
async function replaceAddresses(
  database: Database,
  executor: Kysely<Tables>,
  inputs: readonly ContactInput[],
): Promise<void> {
  const wanted = new Map(inputs.map(({ userId, addresses }) => [userId, addresses]));
  const known = await lockAddressesOf(database, executor, [...wanted.keys()].toSorted());
  const isKept = (row: ContactAddressesTable) => wanted.get(row.user_id)?.[row.channel] === row.address;
  await deleteAddresses(
    database,
    executor,
    known.filter((row) => !isKept(row)),
  );
  const kept = new Set(known.filter(isKept).map(rowKey));
  const rows = [...wanted].flatMap(([userId, addresses]) =>
    Object.entries(addresses).map(([channel, address]) => ({ user_id: userId, channel, address, ...fresh })),
  );
  await insertAddresses(
    database,
    executor,
    rows.filter((row) => !kept.has(rowKey(row))),
  );
}

const fresh = {
  ...{ alias: null, last_inbound_at: null, unreachable_at: null, unreachable_reason: null },
  ...{ opted_out_at: null, opt_changed_at: null, marketing_opted_out_at: null, marketing_changed_at: null },
};

async function lockAddressesOf(
  { tables: { contactAddresses: table }, sql: dialect }: Database,
  executor: Kysely<Tables>,
  userIds: readonly string[],
): Promise<ContactAddressesTable[]> {
  const known: ContactAddressesTable[] = [];
  for (const chunk of chunks(userIds, contactsPerStatement)) {
    const wanted = dialect.jsonRows(
      chunk.map((userId) => ({ w_user: userId })),
      { w_user: "text" },
    );
    const { rows } = await sql<ContactAddressesTable>`
      select c.* from ${wanted} as wanted
      ${dialect.smallFirst} ${sql.table(table)} as c ${dialect.byIndex("primary")} on c.user_id = w_user
      order by c.user_id, c.channel ${dialect.forUpdate}`.execute(executor);
    known.push(...rows);
  }
  return known;
}

/** Addresses that somebody keeps: saved contacts outside this call, or another one of it. */
async function findTaken(
  { tables, sql: dialect }: Database,
  executor: Kysely<Tables>,
  inputs: readonly ContactInput[],
) {
  const wanted = inputs.flatMap(({ userId, addresses }) =>
    Object.entries(addresses).map(([channel, address]) => ({
      w_user: userId,
      w_channel: channel,
      w_address: address,
    })),
  );
  const rows = dialect.jsonRows(wanted, { w_user: "text", w_channel: "text", w_address: "text" });
  const { rows: owned } = await sql<{ channel: string; address: string; user_id: string }>`
    select channel, address, user_id from ${rows} as wanted
    ${dialect.smallFirst} ${sql.table(tables.contactAddresses)} as c on c.channel = w_channel and c.address = w_address
    where c.user_id <> w_user`.execute(executor);
  const saved = new Set(inputs.map(({ userId }) => userId));
  const owners = new Map(
    owned
      .filter(({ user_id: userId }) => !saved.has(userId))
      .map(({ channel, address, user_id: userId }) => [`${channel}:${address}`, userId]),
  );
  return wanted.flatMap(({ w_user: userId, w_channel: channel, w_address: address }) => {
    const key = `${channel}:${address}`;
    const byUserId = owners.get(key) ?? userId;
    owners.set(key, byUserId);
    return byUserId === userId ? [] : [{ channel, address, byUserId }];
  });
}
