import type { Notification } from "../domain/notification.js";
import type { Runtime } from "../runtime.js";

/**
 * Notes the addresses that the provider says cannot be reached, so that their people are skipped with a reason for a
 * while. Never rejects: what has become of the notifications is stored already.
 */
export async function markUnreachable<Tx>(
  { storage, logger }: Runtime<Tx>,
  moved: readonly Notification[],
): Promise<void> {
  const addresses = moved.flatMap(({ status, channel, address, failure }) =>
    status === "failed" && failure?.failureClass === "permanent-recipient"
      ? { channel, address, reason: failure.message }
      : [],
  );
  if (addresses.length === 0) return;
  try {
    await storage.contacts.markUnreachable(addresses);
  } catch (err) {
    logger.warn({ err, count: addresses.length }, "addresses could not be marked as unreachable");
  }
}
