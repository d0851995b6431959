import type {
  ContactIdentity,
  ContactMove,
  ContactPreference,
  InboundContact,
  UnreachableAddress,
} from "@callboard/core/adapter";
import type { Database } from "../database.js";
import type { ContactAddressesTable } from "../schema.js";
import { timeOf } from "../time-of.js";
import type { AddressBook, AddressChange } from "./address-book.js";
import { changeAddresses } from "./change-addresses.js";
import type { AddressKey } from "./lock-addresses.js";

/*
 * What providers tell about people. Webhooks come late, doubled and out of order, so that time only moves on.
 */

/** Whoever writes to us can be reached. */
export async function recordInbound(database: Database, inbound: readonly InboundContact[]): Promise<number> {
  const heard = new Set<string>();
  await changeAddresses(database, inbound.flatMap(keysOf), (book) => {
    for (const message of inOrder(inbound)) {
      const row = book.find(message);
      const changes = row && inboundChanges(book, row, message);
      if (!row || !changes) continue;
      book.change(row, changes);
      heard.add(row.user_id);
    }
  });
  return heard.size;
}

function inboundChanges(
  book: AddressBook,
  row: ContactAddressesTable,
  { channel, alias = null, at }: InboundContact,
): Partial<ContactAddressesTable> | null {
  const time = at.getTime();
  if (isAfter(row.last_inbound_at, time)) return null;
  // Left to whoever wrote under it later than this.
  const isTaken = alias === null || isAfter(book.atAlias(channel, alias)?.last_inbound_at ?? null, time);
  const learnt = isTaken || alias === row.alias ? null : { alias };
  if (row.last_inbound_at === time) return learnt;
  return { ...learnt, last_inbound_at: time, unreachable_at: null, unreachable_reason: null };
}

/** Returns how many people's wishes are others now. */
export async function recordPreferences(
  database: Database,
  preferences: readonly ContactPreference[],
): Promise<number> {
  const changes = await changeAddresses(database, preferences.flatMap(keysOf), (book) => {
    for (const { scope, optedOut, at, ...identity } of inOrder(preferences)) {
      const row = book.find(identity);
      const { since, changed } = wishColumns[scope];
      const time = at.getTime();
      if (!row || isAfter(row[changed], time)) continue;
      book.change(row, { [since]: optedOut ? (row[since] ?? time) : null, [changed]: time });
    }
  });
  const wishes = Object.values(wishColumns);
  return usersOf(changes, ({ before, after }) => wishes.some(({ since }) => before[since] !== after[since]))
    .length;
}

const wishColumns = {
  everything: { since: "opted_out_at", changed: "opt_changed_at" },
  marketing: { since: "marketing_opted_out_at", changed: "marketing_changed_at" },
} as const;

/** Returns the people whose address is another now. */
export async function recordMoves(database: Database, moves: readonly ContactMove[]): Promise<string[]> {
  const keys = moves.flatMap(({ channel, newAddress, newAlias, ...identity }) => [
    ...keysOf({ channel, ...identity }),
    ...keysOf({ channel, address: newAddress, alias: newAlias }),
  ]);
  const changes = await changeAddresses(database, keys, (book) => {
    for (const move of moves) {
      const row = book.find(move);
      if (row) takeMove(book, row, move);
    }
  });
  return usersOf(changes, ({ before, after }) => before.address !== after.address);
}

function takeMove(book: AddressBook, row: ContactAddressesTable, move: ContactMove): void {
  const isSavedByAlias = row.address === move.alias;
  const address = move.newAddress ?? (isSavedByAlias ? move.newAlias : null) ?? row.address;
  const owner = book.atAddress(move.channel, address);
  if (owner && owner.user_id !== row.user_id) return;
  const isMove = address !== row.address;
  const moved = { address, unreachable_at: null, unreachable_reason: null };
  book.change(row, { ...(isMove && moved), ...(move.newAlias !== null && { alias: move.newAlias }) });
}

/** Returns how many of the addresses are known. */
export async function markUnreachable(
  database: Database,
  addresses: readonly UnreachableAddress[],
): Promise<number> {
  if (addresses.length === 0) return 0;
  const marked = new Set<string>();
  const now = await timeOf(database, database.on());
  await changeAddresses(database, addresses.flatMap(keysOf), (book) => {
    for (const { channel, address, reason } of addresses) {
      const row = book.atAddress(channel, address);
      if (!row) continue;
      book.change(row, { unreachable_at: now, unreachable_reason: reason });
      marked.add(`${channel}:${address}`);
    }
  });
  return marked.size;
}

/** An alias may be what somebody was saved by. */
function keysOf({ channel, address, alias = null }: ContactIdentity): AddressKey[] {
  const addresses = new Set([address, alias].filter((one) => one !== null));
  return [
    ...[...addresses].map((value) => ({ channel, by: "address" as const, value })),
    ...(alias === null ? [] : [{ channel, by: "alias" as const, value: alias }]),
  ];
}

/** Of the same time in the order given. */
function inOrder<Timed extends { readonly at: Date }>(items: readonly Timed[]): Timed[] {
  return items.toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

/** Nothing is after a time that is not known. */
function isAfter(time: number | null, other: number | null): boolean {
  return time !== null && (other === null || time > other);
}

function usersOf(changes: readonly AddressChange[], concerns: (change: AddressChange) => boolean): string[] {
  return [...new Set(changes.filter(concerns).map(({ after }) => after.user_id))];
}
