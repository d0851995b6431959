import type { WebhookNews } from "@callboard/core/adapter";
import { noNews } from "./news.js";
import { parseEnvelope } from "./parse-envelope.js";
import type { ChangeOptions } from "./read-change.js";
import { readEnvelope } from "./read-envelope.js";

/** What a body says that Meta has signed, or `null` when it cannot be Meta's: not JSON, or nested far too deep. */
export function readNews(body: string, options: ChangeOptions): WebhookNews | null {
  const envelope = parseEnvelope(body);
  if (envelope === undefined) return null;
  const news = noNews();
  readEnvelope(envelope, options, news);
  return news;
}
