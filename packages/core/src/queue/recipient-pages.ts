import type { GroupMember } from "../ports/group-store.js";
import type { WriteOptions } from "../ports/storage.js";
import type { Runtime } from "../runtime.js";
import type { QueueRequest } from "./queue-request.js";

/** So many people are resolved, rendered and written at a time. */
const pageSize = 1_000;

/** The union of `userIds` and the members of `groupNames`, each person once, page by page. */
export async function* recipientPages<Tx>(
  { storage }: Runtime<Tx>,
  { userIds = [], groupNames = [] }: QueueRequest,
  options: WriteOptions<Tx>,
): AsyncGenerator<readonly GroupMember[]> {
  const named = new Set(userIds);
  const byName = [...named].map((userId) => ({ userId, groupNames: [] }));
  for (let start = 0; start < byName.length; start += pageSize) yield byName.slice(start, start + pageSize);
  if (groupNames.length === 0) return;
  let afterUserId: string | null = null;
  for (;;) {
    const members: GroupMember[] = await storage.groups.members(
      { groupNames, afterUserId, limit: pageSize },
      options,
    );
    const others = members.filter(({ userId }) => !named.has(userId));
    if (others.length > 0) yield others;
    afterUserId = members.at(-1)?.userId ?? null;
    if (members.length < pageSize) return;
  }
}
