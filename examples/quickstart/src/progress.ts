import type { NotificationStatus } from "@callboard/core";
import type { ShopCallboard } from "./shop-callboard.ts";

const unsettled: readonly NotificationStatus[] = ["pending", "sending", "uncertain"];
const unread: readonly NotificationStatus[] = ["sent", "delivered"];

/** Receipts of an earlier run's messages went to that run's provider, and come no more. */
const receiptsWaitMs = 4_000;

/**
 * Prints how far the messages are until every one has been read or has failed, or until no more receipts come.
 *
 * @returns `false` when some message was still on its way after `maxWaitMs`.
 */
export async function watchUntilRead(
  callboard: ShopCallboard,
  { maxWaitMs }: { readonly maxWaitMs: number },
): Promise<boolean> {
  const from = new Date(0);
  const startedAt = performance.now();
  let printed = "";
  let changedAt = startedAt;
  for (;;) {
    const { byStatus } = await callboard.notifications.stats({ from });
    const any = (statuses: readonly NotificationStatus[]) =>
      statuses.some((status) => (byStatus[status] ?? 0) > 0);
    const line = Object.entries(byStatus)
      .map(([status, count]) => `${count} ${status}`)
      .join(" · ");
    if (line !== printed) {
      console.log(`  ${line}`);
      printed = line;
      changedAt = performance.now();
    }
    if (!any(unsettled) && (!any(unread) || performance.now() - changedAt > receiptsWaitMs)) return true;
    if (performance.now() - startedAt > maxWaitMs) return false;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
