import { currentOrigin } from "../origin.js";
import type { WriteOptions } from "../ports/storage.js";
import type { Runtime } from "../runtime.js";
import type { PreparedBatch } from "./prepare-batch.js";

/** Notes what was called for, and by what, so that it can be told later why somebody was told, or was not. */
export async function saveBatch<Tx>(
  { storage }: Runtime<Tx>,
  { id, request, template, transport }: PreparedBatch,
  options: WriteOptions<Tx>,
): Promise<void> {
  const { name, version } = template.version;
  const { userIds = [], groupNames = [], idempotencyKey = null, cancelKey = null } = request;
  await storage.notifications.saveBatch(
    {
      id,
      template: name,
      templateVersion: version,
      channel: transport.name,
      groupNames: [...new Set(groupNames)],
      namedUsers: new Set(userIds).size,
      idempotencyKey,
      cancelKey,
      origin: currentOrigin(),
    },
    options,
  );
}
