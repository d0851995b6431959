import type {
  Clock,
  Contact,
  ContactAddress,
  ContactInput,
  ContactStore,
  InboundContact,
  SaveContactsResult,
  UnreachableAddress,
} from "@callboard/core/adapter";
import { compareText } from "./compare-text.js";
import { copyOf } from "./copy-of.js";
import type { Gate, MemoryTransaction } from "./gate.js";
import type { Journal } from "./journal.js";
import { Table } from "./table.js";

export function memoryContacts(gate: Gate, clock: Clock): ContactStore<MemoryTransaction> {
  const contacts = new Table<Contact>();
  const owners = new Table<string>();
  return {
    save: (inputs, { transaction } = {}) =>
      gate.run(transaction, (journal) => save(contacts, owners, inputs, journal)),
    getMany: (userIds, { transaction } = {}) =>
      gate.run(transaction, () => [...new Set(userIds)].flatMap((id) => copyOf(contacts.get(id)) ?? [])),
    list: ({ afterUserId, limit }) =>
      gate.run(undefined, () =>
        [...contacts.values()]
          .filter(({ userId }) => afterUserId === null || compareText(userId, afterUserId) > 0)
          .sort((a, b) => compareText(a.userId, b.userId))
          .slice(0, limit)
          .map((contact) => copyOf(contact)),
      ),
    recordInbound: (inbound) =>
      gate.run(
        undefined,
        () => new Set(inbound.flatMap((message) => recordInbound(contacts, owners, message) ?? [])).size,
      ),
    markUnreachable: (addresses) =>
      gate.run(
        undefined,
        () =>
          addresses.filter((unreachable) => markUnreachable(contacts, owners, unreachable, clock.now()))
            .length,
      ),
    forget: (userId, { transaction } = {}) =>
      gate.run(transaction, (journal) => {
        freeAddresses(contacts, owners, userId, journal);
        return contacts.delete(userId, journal);
      }),
  };
}

function save(
  contacts: Table<Contact>,
  owners: Table<string>,
  inputs: readonly ContactInput[],
  journal?: Journal,
): SaveContactsResult {
  const taken = findTaken(owners, inputs);
  if (taken.length > 0) return { taken };
  for (const { userId } of inputs) freeAddresses(contacts, owners, userId, journal);
  for (const input of inputs) {
    const before = contacts.get(input.userId);
    contacts.set(input.userId, { ...input, addresses: keepHistory(input, before) }, journal);
    for (const [channel, address] of Object.entries(input.addresses)) {
      owners.set(ownerKey(channel, address), input.userId, journal);
    }
  }
  return { taken };
}

function freeAddresses(
  contacts: Table<Contact>,
  owners: Table<string>,
  userId: string,
  journal?: Journal,
): void {
  for (const [channel, { address }] of Object.entries(contacts.get(userId)?.addresses ?? {})) {
    owners.delete(ownerKey(channel, address), journal);
  }
}

/** Addresses that somebody has who keeps them: saved contacts outside this call, or another one of it. */
function findTaken(owners: Table<string>, inputs: readonly ContactInput[]) {
  const saved = new Set(inputs.map(({ userId }) => userId));
  const claimed = new Map<string, string>();
  return inputs.flatMap(({ userId, addresses }) =>
    Object.entries(addresses).flatMap(([channel, address]) => {
      const key = ownerKey(channel, address);
      const owner = owners.get(key);
      const other = claimed.get(key) ?? (owner !== undefined && !saved.has(owner) ? owner : undefined);
      claimed.set(key, userId);
      return other === undefined || other === userId ? [] : [{ channel, address, byUserId: other }];
    }),
  );
}

function keepHistory({ addresses }: ContactInput, before: Contact | undefined): Contact["addresses"] {
  const fresh = { optedOutAt: null, lastInboundAt: null, unreachableAt: null, unreachableReason: null };
  return Object.fromEntries(
    Object.entries(addresses).map(([channel, address]) => {
      const known = before?.addresses[channel];
      return [channel, known?.address === address ? known : { address, ...fresh }];
    }),
  );
}

/** Returns whose time has moved on. */
function recordInbound(
  contacts: Table<Contact>,
  owners: Table<string>,
  { channel, address, at }: InboundContact,
): string | null {
  const contact = contacts.get(owners.get(ownerKey(channel, address)) ?? "");
  const known = contact?.addresses[channel];
  if (!contact || !known || (known.lastInboundAt !== null && known.lastInboundAt >= at)) return null;
  const heard = { ...known, lastInboundAt: at, unreachableAt: null, unreachableReason: null };
  setAddress(contacts, contact, channel, heard);
  return contact.userId;
}

/** Returns whether the address is known. */
function markUnreachable(
  contacts: Table<Contact>,
  owners: Table<string>,
  { channel, address, reason }: UnreachableAddress,
  now: Date,
): boolean {
  const contact = contacts.get(owners.get(ownerKey(channel, address)) ?? "");
  const known = contact?.addresses[channel];
  if (!contact || !known) return false;
  setAddress(contacts, contact, channel, { ...known, unreachableAt: now, unreachableReason: reason });
  return true;
}

function setAddress(
  contacts: Table<Contact>,
  contact: Contact,
  channel: string,
  address: ContactAddress,
): void {
  const addresses = { ...contact.addresses, [channel]: address };
  contacts.set(contact.userId, { ...contact, addresses });
}

function ownerKey(channel: string, address: string): string {
  return `${channel}:${address}`;
}
