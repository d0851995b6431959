import type { Contact, ContactAddress, ContactStore } from "@callboard/core/adapter";
import { type Kysely, sql } from "kysely";
import { chunks, toDate } from "../codec.js";
import type { Database, HostTransaction } from "../database.js";
import type { ContactsTable, Tables } from "../schema.js";
import { markUnreachable, recordInbound, recordMoves, recordPreferences } from "./contact-marks.js";
import { contactsPerStatement } from "./contacts-per-statement.js";
import { saveContacts } from "./save-contacts.js";

export function kyselyContacts(database: Database): ContactStore<HostTransaction> {
  return {
    save: (inputs, options = {}) =>
      database.within(options, (executor) => saveContacts(database, executor, inputs)),
    getMany: (userIds, options) => getMany(database, database.on(options), userIds),
    list: (request) => list(database, request),
    recordInbound: (inbound) => recordInbound(database, inbound),
    recordPreferences: (preferences) => recordPreferences(database, preferences),
    recordMoves: (moves) => recordMoves(database, moves),
    markUnreachable: (addresses) => markUnreachable(database, addresses),
    forget: (userId, options = {}) =>
      database.within(options, (executor) => forget(database, executor, userId)),
  };
}

async function getMany(
  { tables, sql: dialect }: Database,
  executor: Kysely<Tables>,
  userIds: readonly string[],
): Promise<Contact[]> {
  const found: Contact[] = [];
  for (const chunk of chunks([...new Set(userIds)], contactsPerStatement)) {
    const wanted = dialect.jsonRows(
      chunk.map((userId) => ({ w_user: userId })),
      { w_user: "text" },
    );
    const { rows } = await sql<ContactRow>`
      select c.user_id, c.name, c.locale, c.active, a.channel, a.address,
        a.alias, a.opted_out_at, a.marketing_opted_out_at, a.last_inbound_at, a.unreachable_at, a.unreachable_reason
      from ${wanted} as wanted
      ${dialect.smallFirst} ${sql.table(tables.contacts)} as c on c.user_id = w_user
      left join ${sql.table(tables.contactAddresses)} as a on a.user_id = c.user_id`.execute(executor);
    found.push(...toContacts(rows));
  }
  return found;
}

async function list(
  database: Database,
  { afterUserId, limit }: Parameters<ContactStore["list"]>[0],
): Promise<Contact[]> {
  const page = await database
    .on()
    .selectFrom(database.tables.contacts)
    .select("user_id")
    .where("user_id", ">", afterUserId ?? "")
    .orderBy("user_id")
    .limit(limit)
    .execute();
  const userIds = page.map(({ user_id: userId }) => userId);
  const contacts = await getMany(database, database.on(), userIds);
  const byId = new Map(contacts.map((contact) => [contact.userId, contact]));
  return userIds.flatMap((userId) => byId.get(userId) ?? []);
}

/** A person with one of their addresses; without any, its columns are null. */
interface ContactRow extends Omit<ContactsTable, "active"> {
  readonly active: number | bigint;
  readonly channel: string | null;
  readonly address: string;
  readonly alias: string | null;
  readonly opted_out_at: number | string | null;
  readonly marketing_opted_out_at: number | string | null;
  readonly last_inbound_at: number | string | null;
  readonly unreachable_at: number | string | null;
  readonly unreachable_reason: string | null;
}

/** The rows of one person stand together or apart; people keep the order in which they first appear. */
function toContacts(rows: readonly ContactRow[]): Contact[] {
  const contacts = new Map<string, Contact & { readonly addresses: Record<string, ContactAddress> }>();
  for (const row of rows) {
    let contact = contacts.get(row.user_id);
    if (!contact) {
      const { user_id: userId, name, locale, active } = row;
      contact = { userId, name, locale, active: Number(active) === 1, addresses: {} };
      contacts.set(userId, contact);
    }
    if (row.channel === null) continue;
    contact.addresses[row.channel] = {
      address: row.address,
      alias: row.alias,
      optedOutAt: toDate(row.opted_out_at),
      marketingOptedOutAt: toDate(row.marketing_opted_out_at),
      lastInboundAt: toDate(row.last_inbound_at),
      unreachableAt: toDate(row.unreachable_at),
      unreachableReason: row.unreachable_reason,
    };
  }
  return [...contacts.values()];
}

async function forget({ tables }: Database, executor: Kysely<Tables>, userId: string): Promise<boolean> {
  await executor.deleteFrom(tables.contactAddresses).where("user_id", "=", userId).execute();
  const { numDeletedRows } = await executor
    .deleteFrom(tables.contacts)
    .where("user_id", "=", userId)
    .executeTakeFirstOrThrow();
  return numDeletedRows === 1n;
}
