import type { Group } from "../domain/group.js";
import { unstorable, unusableName } from "../domain/storable-text.js";
import { InvalidOptionsError } from "../errors/invalid-options-error.js";
import { UnknownGroupError } from "../errors/unknown-group-error.js";
import type { GroupStore } from "../ports/group-store.js";
import type { WriteOptions } from "../ports/storage.js";

/** Named sets of people. Names are case-sensitive, 1 to 255 characters, without U+0000 and lone surrogates. */
export interface Groups<Tx> {
  /** Creates the groups that are missing, and leaves the others as they are. */
  ensure(names: readonly string[], options?: WriteOptions<Tx>): Promise<readonly EnsuredGroup[]>;
  /** All groups by name. */
  list(): Promise<Group[]>;
  /** Adds people; those who are in the group already stay. @returns how many were added. @throws {UnknownGroupError} */
  addMembers(groupName: string, userIds: readonly string[], options?: WriteOptions<Tx>): Promise<number>;
  /** Takes people out. @returns how many left. @throws {UnknownGroupError} */
  removeMembers(groupName: string, userIds: readonly string[], options?: WriteOptions<Tx>): Promise<number>;
}

export interface EnsuredGroup {
  readonly name: string;
  /** `false`: it was there before. */
  readonly created: boolean;
}

export function createGroups<Tx>(store: GroupStore<Tx>): Groups<Tx> {
  const checkKnown = async (groupName: string, options?: WriteOptions<Tx>) => {
    // Some databases refuse to be asked for a name that they cannot store.
    const isKnown = unusableName(groupName) === null && (await store.known([groupName], options)).length > 0;
    if (!isKnown) throw new UnknownGroupError([groupName]);
  };
  return {
    async ensure(names, options) {
      names.forEach(checkName);
      const created = new Set(await store.ensure([...new Set(names)], options));
      return [...new Set(names)].map((name) => ({ name, created: created.has(name) }));
    },
    list: () => store.list(),
    async addMembers(groupName, userIds, options) {
      checkUserIds("addMembers", userIds);
      await checkKnown(groupName, options);
      return store.addMembers(groupName, [...new Set(userIds)], options);
    },
    async removeMembers(groupName, userIds, options) {
      checkUserIds("removeMembers", userIds);
      await checkKnown(groupName, options);
      return store.removeMembers(groupName, [...new Set(userIds)], options);
    },
  };
}

function checkUserIds(verb: "addMembers" | "removeMembers", userIds: readonly string[]): void {
  for (const [index, userId] of userIds.entries()) {
    const problem = unusableName(userId);
    if (problem !== null) throw new InvalidOptionsError(`groups.${verb}(…, […])[${index}]`, problem);
  }
}

function checkName(name: string): void {
  if (typeof name !== "string" || name.trim() !== name || name.length < 1 || name.length > 255) {
    refuseName("a group's name must have 1 to 255 characters, with no space at either end.");
  }
  const problem = unstorable(name);
  if (problem !== null) refuseName(`the name ${JSON.stringify(name)} ${problem}`);
}

function refuseName(problem: string): never {
  throw new InvalidOptionsError("groups.ensure([…])", problem);
}
