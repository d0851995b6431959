import type {
  Contact,
  ContactInput,
  ContactStore,
  InboundContact,
  SaveContactsResult,
} from "@callboard/core/adapter";
import { type Kysely, type Selectable, sql } from "kysely";
import { chunks, toDate } from "./codec.js";
import type { Database, HostTransaction } from "./database.js";
import type { ContactAddressesTable, ContactsTable, Tables } from "./schema.js";

const contactsPerStatement = 1_000;

export function kyselyContacts(database: Database): ContactStore<HostTransaction> {
  return {
    save: (inputs, options = {}) => database.within(options, (executor) => save(database, executor, inputs)),
    getMany: (userIds, options) => getMany(database, database.on(options), userIds),
    async list({ afterUserId, limit }) {
      const contacts = await database
        .on()
        .selectFrom(database.tables.contacts)
        .selectAll()
        .where("user_id", ">", afterUserId ?? "")
        .orderBy("user_id")
        .limit(limit)
        .execute();
      return withAddresses(database, database.on(), contacts);
    },
    recordInbound: (inbound) => recordInbound(database, inbound),
  };
}

async function save(
  database: Database,
  executor: Kysely<Tables>,
  inputs: readonly ContactInput[],
): Promise<SaveContactsResult> {
  if (inputs.length === 0) return { taken: [] };
  const { tables } = database;
  const before = await getMany(
    database,
    executor,
    inputs.map(({ userId }) => userId),
  );
  const taken = await findTaken(database, executor, inputs);
  if (taken.length > 0) return { taken };
  const known = new Map(before.map((contact) => [contact.userId, contact]));
  for (const chunk of chunks(inputs, contactsPerStatement)) {
    await executor
      .insertInto(tables.contacts)
      .values(
        chunk.map(({ userId, name, locale, active }) => ({
          user_id: userId,
          name,
          locale,
          active: active ? 1 : 0,
        })),
      )
      .onConflict((conflict) =>
        conflict.column("user_id").doUpdateSet((row) => ({
          name: row.ref("excluded.name"),
          locale: row.ref("excluded.locale"),
          active: row.ref("excluded.active"),
        })),
      )
      .execute();
    const userIds = chunk.map(({ userId }) => userId);
    await executor.deleteFrom(tables.contactAddresses).where("user_id", "in", userIds).execute();
  }
  const addresses = inputs.flatMap((input) => addressRows(input, known.get(input.userId)));
  for (const chunk of chunks(addresses, contactsPerStatement)) {
    await executor.insertInto(tables.contactAddresses).values(chunk).execute();
  }
  return { taken };
}

/** Opt-out and last inbound time belong to the address, and stay as long as it does. */
function addressRows(
  { userId, addresses }: ContactInput,
  before: Contact | undefined,
): ContactAddressesTable[] {
  return Object.entries(addresses).map(([channel, address]) => {
    const known = before?.addresses[channel];
    const same = known?.address === address ? known : undefined;
    return {
      user_id: userId,
      channel,
      address,
      opted_out_at: same?.optedOutAt?.getTime() ?? null,
      last_inbound_at: same?.lastInboundAt?.getTime() ?? null,
    };
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
  const { rows: owned } = await sql<{ channel: string; address: string; byUserId: string }>`
    select channel, address, user_id as "byUserId" from ${rows} as wanted
    join ${sql.table(tables.contactAddresses)} as c on c.channel = w_channel and c.address = w_address
    where c.user_id <> w_user`.execute(executor);
  const saved = new Set(inputs.map(({ userId }) => userId));
  const firstOwner = new Map<string, string>();
  const within = wanted.flatMap(({ w_user: userId, w_channel: channel, w_address: address }) => {
    const key = `${channel}:${address}`;
    const owner = firstOwner.get(key);
    firstOwner.set(key, owner ?? userId);
    return owner === undefined || owner === userId ? [] : [{ channel, address, byUserId: owner }];
  });
  const kept = owned.filter(({ byUserId }) => !saved.has(byUserId));
  return [...kept.map(({ channel, address, byUserId }) => ({ channel, address, byUserId })), ...within];
}

async function getMany(
  database: Database,
  executor: Kysely<Tables>,
  userIds: readonly string[],
): Promise<Contact[]> {
  const found: Contact[] = [];
  for (const chunk of chunks([...new Set(userIds)], contactsPerStatement)) {
    const rows = await executor
      .selectFrom(database.tables.contacts)
      .selectAll()
      .where("user_id", "in", chunk)
      .execute();
    found.push(...(await withAddresses(database, executor, rows)));
  }
  return found;
}

async function withAddresses(
  { tables }: Database,
  executor: Kysely<Tables>,
  contacts: readonly Selectable<ContactsTable>[],
): Promise<Contact[]> {
  if (contacts.length === 0) return [];
  const userIds = contacts.map(({ user_id: userId }) => userId);
  const rows = await executor
    .selectFrom(tables.contactAddresses)
    .selectAll()
    .where("user_id", "in", userIds)
    .execute();
  const addressesOf = Map.groupBy(rows, (row) => row.user_id);
  return contacts.map(({ user_id: userId, name, locale, active }) => ({
    userId,
    name,
    locale,
    active: active === 1,
    addresses: Object.fromEntries(
      (addressesOf.get(userId) ?? []).map(({ channel, address, opted_out_at, last_inbound_at }) => [
        channel,
        { address, optedOutAt: toDate(opted_out_at), lastInboundAt: toDate(last_inbound_at) },
      ]),
    ),
  }));
}

/** Time only moves on: webhooks come late, doubled and out of order. */
async function recordInbound(database: Database, inbound: readonly InboundContact[]): Promise<number> {
  if (inbound.length === 0) return 0;
  const latest = new Map<string, InboundContact>();
  for (const message of inbound) {
    const key = `${message.channel}:${message.address}`;
    const known = latest.get(key);
    if (!known || known.at < message.at) latest.set(key, message);
  }
  const rows = database.sql.jsonRows(
    [...latest.values()].map(({ channel, address, at }) => ({
      i_channel: channel,
      i_address: address,
      i_at: at.getTime(),
    })),
    { i_channel: "text", i_address: "text", i_at: "integer" },
  );
  const { numAffectedRows = 0n } = await sql`
    update ${sql.table(database.tables.contactAddresses)} as c set last_inbound_at = i_at
    from ${rows} as inbound
    where c.channel = i_channel and c.address = i_address and (last_inbound_at is null or last_inbound_at < i_at)`.execute(
    database.on(),
  );
  return Number(numAffectedRows);
}
