import type { WriteOptions } from "../ports/storage.js";
import type { Runtime } from "../runtime.js";
import type { QueueRequest, QueueWarning } from "./queue-request.js";

/** Groups that nobody was reached through; those whose members were all named by id as well are not empty. */
export async function emptyGroups<Tx>(
  { storage }: Runtime<Tx>,
  { groupNames = [] }: QueueRequest,
  reached: ReadonlySet<string>,
  options: WriteOptions<Tx>,
): Promise<QueueWarning[]> {
  const warnings: QueueWarning[] = [];
  for (const groupName of groupNames.filter((name) => !reached.has(name))) {
    const [member] = await storage.groups.members(
      { groupNames: [groupName], afterUserId: null, limit: 1 },
      options,
    );
    if (member) continue;
    const hint = `Nobody is in "${groupName}". Add people with callboard.groups.addMembers("${groupName}", [...]).`;
    warnings.push({ warning: "empty-group", groupName, hint });
  }
  return warnings;
}
