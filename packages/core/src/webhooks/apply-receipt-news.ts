import type { Pauses } from "../dispatch/pauses.js";
import type { Receipt } from "../domain/receipt.js";
import { applyReceipts } from "../receipts/apply-receipts.js";
import { receiptsInSpan } from "../receipts/receipts-in-span.js";
import type { Runtime } from "../runtime.js";

/** No provider reports later than this; what is older is a recording that somebody plays back. */
const tooOldMs = 30 * 86_400_000;

/** Moves the notifications that receipts of a channel are about. */
export async function applyReceiptNews<Tx>(
  runtime: Runtime<Tx>,
  pauses: Pauses<Tx>,
  channel: string,
  receipts: readonly Receipt[],
): Promise<void> {
  const { storage, clock, logger } = runtime;
  const oldest = clock.now().getTime() - tooOldMs;
  const recent = receipts.filter(({ occurredAt }) => occurredAt.getTime() >= oldest);
  const count = receipts.length - recent.length;
  if (count > 0) logger.debug({ channel, count }, "receipts that are older than 30 days are left out");
  if (recent.length === 0) return;
  const onChannel = recent.map((receipt) => ({ ...receipt, channel }));
  await receiptsInSpan(runtime, channel, onChannel, () =>
    applyReceipts(runtime, pauses, async (reduce) => {
      const { moved } = await storage.notifications.applyReceipts(onChannel, reduce);
      return moved;
    }),
  );
}
