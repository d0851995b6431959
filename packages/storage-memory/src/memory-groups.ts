import {
  type GroupMember,
  type GroupStore,
  type MembersRequest,
  UnknownGroupError,
} from "@callboard/core/adapter";
import { compareText } from "./compare-text.js";
import type { Gate, MemoryTransaction } from "./gate.js";
import type { Journal } from "./journal.js";
import { Table } from "./table.js";

type Members = ReadonlySet<string>;

export function memoryGroups(gate: Gate): GroupStore<MemoryTransaction> {
  const groups = new Table<Members>();
  return {
    ensure: (names, { transaction } = {}) =>
      gate.run(transaction, (journal) => {
        const missing = names.filter((name) => !groups.get(name));
        for (const name of missing) groups.set(name, new Set(), journal);
        return missing;
      }),
    list: () =>
      gate.run(undefined, () =>
        [...groups.entries()]
          .map(([name, members]) => ({ name, memberCount: members.size }))
          .sort((a, b) => compareText(a.name, b.name)),
      ),
    known: (names, { transaction } = {}) =>
      gate.run(transaction, () => names.filter((name) => groups.get(name))),
    addMembers: (name, userIds, { transaction } = {}) =>
      gate.run(transaction, (journal) =>
        replace(groups, name, (before) => before.union(new Set(userIds)), journal),
      ),
    removeMembers: (name, userIds, { transaction } = {}) =>
      gate.run(transaction, (journal) =>
        replace(groups, name, (before) => before.difference(new Set(userIds)), journal),
      ),
    members: (request, { transaction } = {}) => gate.run(transaction, () => members(groups, request)),
    forget: (userId, { transaction } = {}) =>
      gate.run(transaction, (journal) => {
        const joined = [...groups.entries()].filter(([, people]) => people.has(userId));
        for (const [name, people] of joined) {
          groups.set(name, people.difference(new Set([userId])), journal);
        }
        return joined.length;
      }),
  };
}

/** Returns by how many people the group has grown or shrunk. */
function replace(
  groups: Table<Members>,
  name: string,
  change: (before: Members) => Members,
  journal?: Journal,
): number {
  const before = groups.get(name);
  if (!before) throw new UnknownGroupError([name]);
  const after = change(before);
  groups.set(name, after, journal);
  return Math.abs(after.size - before.size);
}

function members(groups: Table<Members>, { groupNames, afterUserId, limit }: MembersRequest): GroupMember[] {
  const namesOf = new Map<string, string[]>();
  for (const name of new Set(groupNames)) {
    for (const userId of firstBehind(inOrder(groups.get(name) ?? new Set()), afterUserId, limit)) {
      const names = namesOf.get(userId);
      if (names) names.push(name);
      else namesOf.set(userId, [name]);
    }
  }
  return [...namesOf]
    .sort(([a], [b]) => compareText(a, b))
    .slice(0, limit)
    .map(([userId, names]) => ({ userId, groupNames: names }));
}

/** Sorted once for each state of a group, because a large one is read in many pages. */
const sorted = new WeakMap<Members, readonly string[]>();

function inOrder(members: Members): readonly string[] {
  const known = sorted.get(members);
  if (known) return known;
  const order = [...members].sort(compareText);
  sorted.set(members, order);
  return order;
}

/** Whoever is among the first of all groups is among the first of each, so that no more need be looked at. */
function firstBehind(order: readonly string[], afterUserId: string | null, limit: number): readonly string[] {
  if (afterUserId === null) return order.slice(0, limit);
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareText(order[middle] ?? "", afterUserId) > 0) high = middle;
    else low = middle + 1;
  }
  return order.slice(low, low + limit);
}
