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
  const named = new Set<string>();
  yield* pagesOf(userIds, named);
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

/** Notes each person in `named` on the way, since to note a hundred thousand at once takes its time. */
function* pagesOf(userIds: readonly string[], named: Set<string>): Generator<readonly GroupMember[]> {
  let page: GroupMember[] = [];
  for (const userId of userIds) {
    if (named.has(userId)) continue;
    named.add(userId);
    page.push({ userId, groupNames: [] });
    if (page.length < pageSize) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
