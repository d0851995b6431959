import type {
  Contact,
  ContactAddress,
  ContactInput,
  ContactStore,
  SaveContactsResult,
} from "@callboard/core/adapter";
import { type Kysely, sql } from "kysely";
import { chunks, toDate, toMs } from "./codec.js";
import { markUnreachable, recordInbound } from "./contact-marks.js";
import type { Database, HostTransaction } from "./database.js";
import { insertRows } from "./insert-rows.js";
import type { ContactsTable, Tables } from "./schema.js";

const contactsPerStatement = 1_000;

export function kyselyContacts(database: Database): ContactStore<HostTransaction> {
  return {
    save: (inputs, options = {}) => database.within(options, (executor) => save(database, executor, inputs)),
    getMany: (userIds, options) => getMany(database, database.on(options), userIds),
    list: (request) => list(database, request),
    recordInbound: (inbound) => recordInbound(database, inbound),
    markUnreachable: (addresses) => markUnreachable(database, addresses),
    forget: (userId, options = {}) =>
      database.within(options, (executor) => forget(database, executor, userId)),
  };
}

async function save(
  database: Database,
  executor: Kysely<Tables>,
  inputs: readonly ContactInput[],
): Promise<SaveContactsResult> {
  if (inputs.length === 0) return { taken: [] };
  const { tables, sql: dialect } = database;
  const before = await getMany(
    database,
    executor,
    inputs.map(({ userId }) => userId),
  );
  const taken = await findTaken(database, executor, inputs);
  if (taken.length > 0) return { taken };
  const known = new Map(before.map((contact) => [contact.userId, contact]));
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
  for (const chunk of chunks(inputs, contactsPerStatement)) {
    const userIds = chunk.map(({ userId }) => userId);
    await executor.deleteFrom(tables.contactAddresses).where("user_id", "in", userIds).execute();
  }
  await insertRows(database, executor, {
    table: tables.contactAddresses,
    columns: {
      user_id: ["text", ({ userId }) => userId],
      channel: ["text", ({ channel }) => channel],
      address: ["text", ({ address }) => address],
      opted_out_at: ["integer", ({ before }) => toMs(before?.optedOutAt ?? null)],
      last_inbound_at: ["integer", ({ before }) => toMs(before?.lastInboundAt ?? null)],
      unreachable_at: ["integer", ({ before }) => toMs(before?.unreachableAt ?? null)],
      unreachable_reason: ["text", ({ before }) => before?.unreachableReason ?? null],
    },
    items: inputs.flatMap((input) => addressesOf(input, known.get(input.userId))),
  });
  return { taken };
}

/** Opt-out, last inbound time and mark belong to the address, and stay as long as it does. */
function addressesOf({ userId, addresses }: ContactInput, contact: Contact | undefined) {
  return Object.entries(addresses).map(([channel, address]) => {
    const known = contact?.addresses[channel];
    return { userId, channel, address, before: known?.address === address ? known : undefined };
  });
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
  const firstOwner = new Map<string, string>();
  const within = wanted.flatMap(({ w_user: userId, w_channel: channel, w_address: address }) => {
    const key = `${channel}:${address}`;
    const owner = firstOwner.get(key);
    firstOwner.set(key, owner ?? userId);
    return owner === undefined || owner === userId ? [] : [{ channel, address, byUserId: owner }];
  });
  const kept = owned.filter(({ user_id: userId }) => !saved.has(userId));
  return [
    ...kept.map(({ channel, address, user_id: byUserId }) => ({ channel, address, byUserId })),
    ...within,
  ];
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
        a.opted_out_at, a.last_inbound_at, a.unreachable_at, a.unreachable_reason
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
  readonly opted_out_at: number | string | null;
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
      optedOutAt: toDate(row.opted_out_at),
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
