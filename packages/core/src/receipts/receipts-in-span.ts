import type { Notification } from "../domain/notification.js";
import type { Receipt } from "../domain/receipt.js";
import { linksTo } from "../links-to.js";
import type { Runtime } from "../runtime.js";

/** Tells telemetry of the receipts of one webhook request. `apply` resolves with the notifications that moved. */
export async function receiptsInSpan(
  { telemetry }: Runtime,
  channel: string,
  receipts: readonly Receipt[],
  apply: () => Promise<readonly Notification[]>,
): Promise<void> {
  const attributes = { channel, count: receipts.length };
  await telemetry.span({ name: "receipts", attributes }, async (span) => span.link(linksTo(await apply())));
  const counts = new Map<Receipt["status"], number>();
  for (const { status } of receipts) counts.set(status, (counts.get(status) ?? 0) + 1);
  for (const [status, count] of counts) telemetry.count("receipts", count, { channel, status });
}
