import type { Clock, Contact, ContactInput, ContactStore, SaveContactsResult } from "@callboard/core/adapter";
import { compareText } from "./compare-text.js";
import { copyOf } from "./copy-of.js";
import type { Gate, MemoryTransaction } from "./gate.js";
import type { Journal } from "./journal.js";
import { AddressBook, type KnownContact } from "./memory-address-book.js";
import { noteInbound, noteMoves, notePreferences, noteUnreachable } from "./memory-contact-marks.js";

export function memoryContacts(gate: Gate, clock: Clock): ContactStore<MemoryTransaction> {
  const book = new AddressBook();
  return {
    save: (inputs, { transaction } = {}) =>
      gate.run(transaction, (journal) => save(book, copyOf(inputs), journal)),
    getMany: (userIds, { transaction } = {}) =>
      gate.run(transaction, () =>
        [...new Set(userIds)].flatMap((userId) => toContact(book.get(userId)) ?? []),
      ),
    list: ({ afterUserId, limit }) =>
      gate.run(undefined, () =>
        book
          .contacts()
          .filter(({ userId }) => afterUserId === null || compareText(userId, afterUserId) > 0)
          .sort((a, b) => compareText(a.userId, b.userId))
          .slice(0, limit)
          .flatMap((contact) => toContact(contact) ?? []),
      ),
    recordInbound: (inbound) => gate.run(undefined, () => noteInbound(book, copyOf(inbound)).size),
    recordPreferences: (preferences) =>
      gate.run(undefined, () => notePreferences(book, copyOf(preferences)).size),
    recordMoves: (moves) => gate.run(undefined, () => [...noteMoves(book, moves)]),
    markUnreachable: (addresses) =>
      gate.run(undefined, () => noteUnreachable(book, addresses, clock.now()).size),
    forget: (userId, { transaction } = {}) =>
      gate.run(transaction, (journal) => book.delete(userId, journal)),
  };
}

function save(book: AddressBook, inputs: readonly ContactInput[], journal?: Journal): SaveContactsResult {
  const taken = findTaken(book, inputs);
  if (taken.length > 0) return { taken };
  for (const input of inputs) {
    const addresses = keepHistory(input, book.get(input.userId));
    book.write({ ...input, addresses }, journal);
  }
  return { taken };
}

/** Addresses that somebody has who keeps them: saved contacts outside this call, or another one of it. */
function findTaken(book: AddressBook, inputs: readonly ContactInput[]) {
  const saved = new Set(inputs.map(({ userId }) => userId));
  const claimed = new Map<string, string>();
  return inputs.flatMap(({ userId, addresses }) =>
    Object.entries(addresses).flatMap(([channel, address]) => {
      const key = `${channel}:${address}`;
      const owner = book.atAddress(channel, address)?.contact.userId;
      const keeper = owner !== undefined && !saved.has(owner) ? owner : undefined;
      const byUserId = keeper ?? claimed.get(key) ?? userId;
      claimed.set(key, byUserId);
      return byUserId === userId ? [] : [{ channel, address, byUserId }];
    }),
  );
}

const fresh = {
  alias: null,
  optedOutAt: null,
  marketingOptedOutAt: null,
  lastInboundAt: null,
  unreachableAt: null,
  unreachableReason: null,
  wishedAt: { everything: null, marketing: null },
};

function keepHistory(
  { addresses }: ContactInput,
  before: KnownContact | undefined,
): KnownContact["addresses"] {
  return Object.fromEntries(
    Object.entries(addresses).map(([channel, address]) => {
      const known = before?.addresses[channel];
      return [channel, known?.address === address ? known : { address, ...fresh }];
    }),
  );
}

function toContact(contact: KnownContact | undefined): Contact | null {
  if (!contact) return null;
  const addresses = Object.entries(contact.addresses).map(([channel, { wishedAt: _, ...address }]) => [
    channel,
    address,
  ]);
  return copyOf({ ...contact, addresses: Object.fromEntries(addresses) });
}
