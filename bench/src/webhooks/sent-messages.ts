import { newRows } from "../storage/new-rows.ts";
import { type SentMessage, sendSome } from "../storage/send-some.ts";
import type { BenchStorage } from "../storage/table-set.ts";

/** Puts so many messages into the store that a provider has accepted, and that it has reported nothing of. */
export async function sentMessages(
  storage: BenchStorage,
  channel: string,
  count: number,
): Promise<SentMessage[]> {
  const { rows } = newRows(count);
  await storage.notifications.insertMany(rows.map((row) => ({ ...row, channel })));
  const sent = await sendSome(storage, (_, work) => work(), { on: channel, limit: count });
  if (sent.length !== count) throw new Error(`${sent.length} of ${count} messages were sent.`);
  return sent;
}
