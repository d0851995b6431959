import type {
  ContactMove,
  ContactPreference,
  InboundContact,
  UnreachableAddress,
} from "@callboard/core/adapter";
import type { AddressBook, Entry, KnownAddress } from "./memory-address-book.js";

/** Returns whose time has moved on, or whose alias is new. */
export function noteInbound(book: AddressBook, inbound: readonly InboundContact[]): Set<string> {
  const heard = new Set<string>();
  for (const message of inOrder(inbound)) {
    const entry = book.find(message);
    if (!entry || isAfter(entry.known.lastInboundAt, message.at)) continue;
    const isNews = isAfter(message.at, entry.known.lastInboundAt);
    const alias = newAlias(book, entry, message);
    if (!isNews && alias === null) continue;
    const reachable = { lastInboundAt: message.at, unreachableAt: null, unreachableReason: null };
    book.change(entry, { ...(isNews && reachable), ...(alias !== null && { alias }) });
    heard.add(entry.contact.userId);
  }
  return heard;
}

/** Left to whoever wrote under it later than this. */
function newAlias(book: AddressBook, { known, channel }: Entry, { alias = null, at }: InboundContact) {
  if (alias === null || known.alias === alias) return null;
  return isAfter(book.atAlias(channel, alias)?.known.lastInboundAt ?? null, at) ? null : alias;
}

/** Returns whose wishes are others now. */
export function notePreferences(book: AddressBook, preferences: readonly ContactPreference[]): Set<string> {
  const before = new Map<string, Entry>();
  for (const { scope, optedOut, at, ...identity } of inOrder(preferences)) {
    const entry = book.find(identity);
    if (!entry || isAfter(entry.known.wishedAt[scope], at)) continue;
    remember(before, entry);
    const field = fields[scope];
    const since = optedOut ? (entry.known[field] ?? at) : null;
    book.change(entry, { [field]: since, wishedAt: { ...entry.known.wishedAt, [scope]: at } });
  }
  return changedSince(book, before, (was, is) =>
    Object.values(fields).some((field) => was[field]?.getTime() !== is[field]?.getTime()),
  );
}

const fields = { everything: "optedOutAt", marketing: "marketingOptedOutAt" } as const;

/** Returns whose address is another now. */
export function noteMoves(book: AddressBook, moves: readonly ContactMove[]): Set<string> {
  const before = new Map<string, Entry>();
  for (const move of moves) {
    const entry = book.find(move);
    if (!entry) continue;
    const isSavedByAlias = entry.known.address === move.alias;
    const address = move.newAddress ?? (isSavedByAlias ? move.newAlias : null) ?? entry.known.address;
    const owner = book.atAddress(move.channel, address)?.contact.userId ?? entry.contact.userId;
    if (owner !== entry.contact.userId) continue;
    const isMove = address !== entry.known.address;
    const changes: Partial<KnownAddress> = { address, unreachableAt: null, unreachableReason: null };
    book.change(entry, { ...(isMove && changes), ...(move.newAlias !== null && { alias: move.newAlias }) });
    remember(before, entry);
  }
  return changedSince(book, before, (was, is) => was.address !== is.address);
}

/** As it was before the first change of the call. */
function remember(before: Map<string, Entry>, entry: Entry): void {
  const key = `${entry.channel}:${entry.contact.userId}`;
  if (!before.has(key)) before.set(key, entry);
}

function changedSince(
  book: AddressBook,
  before: ReadonlyMap<string, Entry>,
  isOther: (was: KnownAddress, is: KnownAddress) => boolean,
): Set<string> {
  const changed = [...before.values()].filter(({ contact, channel, known }) => {
    const now = book.get(contact.userId)?.addresses[channel];
    return now !== undefined && isOther(known, now);
  });
  return new Set(changed.map(({ contact }) => contact.userId));
}

/** Returns which entries were known. */
export function noteUnreachable(
  book: AddressBook,
  addresses: readonly UnreachableAddress[],
  now: Date,
): Set<string> {
  const marked = new Set<string>();
  for (const { channel, address, reason } of addresses) {
    const entry = book.atAddress(channel, address);
    if (!entry) continue;
    book.change(entry, { unreachableAt: now, unreachableReason: reason });
    marked.add(`${channel}:${address}`);
  }
  return marked;
}

/** Of the same time in the order given. */
function inOrder<Timed extends { readonly at: Date }>(items: readonly Timed[]): Timed[] {
  return items.toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

/** Nothing is after a time that is not known. */
function isAfter(time: Date | null, other: Date | null): boolean {
  return time !== null && (other === null || time > other);
}
