import { storable } from "../domain/storable-text.js";
import type { WebhookNews } from "../ports/webhook-news.js";
import type { KeptWebhook } from "../ports/webhook-store.js";
import type { Runtime } from "../runtime.js";

/** Keeps what could not be read for people to look at. The log says that there is something, and nothing of what is in it. */
export async function setAside<Tx>(
  { storage, logger, lifecycle }: Runtime<Tx>,
  { channel, hash }: Pick<KeptWebhook, "channel" | "hash">,
  unread: Required<WebhookNews>["unread"],
): Promise<void> {
  if (unread.length === 0) return;
  const pieces = unread.map(({ reason, body }) => {
    return { channel, hash, reason: storable(reason, 1_000), body: storable(body, 64_000) };
  });
  await storage.webhooks.setAside(pieces);
  const reasons = [...new Set(pieces.map(({ reason }) => reason))];
  logger.warn(
    { channel, count: pieces.length, reasons },
    "a webhook could not be read in full; the rest is set aside",
  );
  for (const { reason } of pieces) lifecycle.emit("webhook.unread", { channel, reason });
}
