import type { Pauses } from "../dispatch/pauses.js";
import { linksTo } from "../links-to.js";
import type { ParkedRequest } from "../ports/notification-store.js";
import type { Runtime } from "../runtime.js";
import { applyReceipts } from "./apply-receipts.js";

/** Applies receipts that came before the message they are about was known. Rejects when the store could not. */
export async function applyParked<Tx>(
  runtime: Runtime<Tx>,
  pauses: Pauses<Tx>,
  request: ParkedRequest,
): Promise<void> {
  const { storage, telemetry } = runtime;
  const moved = await applyReceipts(runtime, pauses, (reduce) =>
    storage.notifications.applyParked(request, reduce),
  );
  // Only now: mostly nothing was parked, and then there is nothing to tell.
  if (moved.length === 0) return;
  const attributes = { count: moved.length };
  await telemetry.span(
    { name: "receipts", parent: null, attributes, links: linksTo(moved) },
    async () => undefined,
  );
}
