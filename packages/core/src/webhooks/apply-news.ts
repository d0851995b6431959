import type { Pauses } from "../dispatch/pauses.js";
import type { WebhookNews } from "../ports/webhook-news.js";
import type { Runtime } from "../runtime.js";
import { applyTemplateNews } from "../templates/apply-template-news.js";
import { applyContactNews } from "./apply-contact-news.js";
import { applyReceiptNews } from "./apply-receipt-news.js";
import { raiseAlerts } from "./raise-alerts.js";
import { setAside } from "./set-aside.js";
import { usableNews } from "./usable-news.js";

/** What one body of a webhook says. */
export interface ChannelNews {
  readonly channel: string;
  /** Hex SHA-256 of the body. */
  readonly hash: string;
  readonly news: WebhookNews;
}

/**
 * Stores all that a webhook says, and tells the host of it. Doing it again is harmless. What the store does not take keeps
 * back nothing of another kind, and then all of it rejects, so that somebody tries once more.
 */
export async function applyNews<Tx>(
  runtime: Runtime<Tx>,
  pauses: Pauses<Tx>,
  { channel, hash, news }: ChannelNews,
): Promise<void> {
  const { receipts, templateNews, alerts, unread, ...people } = usableNews(news);
  const kinds = await Promise.allSettled([
    applyContactNews(runtime, channel, people),
    applyReceiptNews(runtime, pauses, channel, receipts),
    applyTemplateNews(
      runtime,
      templateNews.map((one) => ({ ...one, channel })),
    ),
    raiseAlerts(runtime, pauses, channel, alerts),
    setAside(runtime, { channel, hash }, unread),
  ]);
  const errors = kinds.flatMap((kind) => (kind.status === "rejected" ? [kind.reason as unknown] : []));
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1)
    throw new AggregateError(errors, `${errors.length} parts of a webhook were not stored.`);
}
