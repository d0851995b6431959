import { type GroupStore, type MembersRequest, UnknownGroupError } from "@callboard/core/adapter";
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
          .sort((a, b) => (a.name < b.name ? -1 : 1)),
      ),
    known: (names, { transaction } = {}) =>
      gate.run(transaction, () => names.filter((name) => groups.get(name))),
    addMembers: (name, userIds, { transaction } = {}) =>
      gate.run(transaction, (journal) =>
        replace(groups, name, (before) => new Set([...before, ...userIds]), journal),
      ),
    removeMembers: (name, userIds, { transaction } = {}) =>
      gate.run(transaction, (journal) =>
        replace(
          groups,
          name,
          (before) => new Set([...before].filter((id) => !userIds.includes(id))),
          journal,
        ),
      ),
    members: (request, { transaction } = {}) => gate.run(transaction, () => members(groups, request)),
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

function members(groups: Table<Members>, { groupNames, afterUserId, limit }: MembersRequest) {
  const namesOf = new Map<string, string[]>();
  for (const name of new Set(groupNames)) {
    for (const userId of groups.get(name) ?? []) {
      if (afterUserId === null || userId > afterUserId)
        namesOf.set(userId, [...(namesOf.get(userId) ?? []), name]);
    }
  }
  return [...namesOf]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, limit)
    .map(([userId, names]) => ({ userId, groupNames: names }));
}
