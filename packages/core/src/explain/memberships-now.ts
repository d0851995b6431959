import type { GroupStore } from "../ports/group-store.js";

/** So many people are looked through for one. */
const pageSize = 1_000;

/**
 * In which of these groups a person is now. One page that begins close before them is read, in whatever order the store
 * keeps people; `null`: they are not on it, and others come behind it.
 */
export async function membershipsNow<Tx>(
  groups: GroupStore<Tx>,
  groupNames: readonly string[],
  userId: string,
): Promise<readonly string[] | null> {
  if (groupNames.length === 0) return [];
  // Without its last character an id comes before itself in every order of texts.
  const afterUserId = [...userId].slice(0, -1).join("");
  const members = await groups.members({
    groupNames,
    afterUserId: afterUserId === "" ? null : afterUserId,
    limit: pageSize,
  });
  const found = members.find((member) => member.userId === userId);
  if (found) return found.groupNames;
  return members.length < pageSize ? [] : null;
}
