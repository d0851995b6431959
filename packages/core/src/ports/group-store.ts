import type { Group } from "../domain/group.js";
import type { WriteOptions } from "./storage.js";

/** Keeps named sets of people. */
export interface GroupStore<Tx = unknown> {
  /** Creates the groups that are missing. Two racing callers create each once. Returns the names it created. */
  ensure(names: readonly string[], options?: WriteOptions<Tx>): Promise<string[]>;

  /** All groups by name, with how many members each has. */
  list(): Promise<Group[]>;

  /** Those of `names` that exist. */
  known(names: readonly string[], options?: WriteOptions<Tx>): Promise<string[]>;

  /** Adds people to an existing group; those who are in it already stay. Returns how many were added. */
  addMembers(groupName: string, userIds: readonly string[], options?: WriteOptions<Tx>): Promise<number>;

  /** Takes people out of a group; those who are not in it do not matter. Returns how many left. */
  removeMembers(groupName: string, userIds: readonly string[], options?: WriteOptions<Tx>): Promise<number>;

  /**
   * The people of any of these groups, each once, ordered by user id, starting behind `afterUserId`. Reading
   * page by page keeps a group of any size in bounded memory.
   */
  members(request: MembersRequest, options?: WriteOptions<Tx>): Promise<GroupMember[]>;

  /** Takes a person out of every group. Returns out of how many. */
  forget(userId: string, options?: WriteOptions<Tx>): Promise<number>;
}

export interface MembersRequest {
  readonly groupNames: readonly string[];
  /** Opaque order, exclusive. `null`: from the start. */
  readonly afterUserId: string | null;
  /** The page ends after this many people. */
  readonly limit: number;
}

export interface GroupMember {
  readonly userId: string;
  /** Which of the groups asked for this person is in. */
  readonly groupNames: readonly string[];
}
