import type { ChannelTemplate } from "../../domain/channel-template.js";
import type { Runtime } from "../../runtime.js";
import { applyTemplateNews } from "../apply-template-news.js";
import type { ReviewCallOptions } from "./plan-reviews.js";
import { reviewedChannels } from "./reviewers.js";

/** How far a provider's clock may be behind ours: what its next webhook says must not look older than what was polled. */
const skewMs = 30_000;

/**
 * Asks providers how the templates that they know stand, because their webhooks may get lost. Returns those that changed.
 * @throws {DeliveryError} A provider did not answer, or refused.
 */
export async function refreshReviews<Tx>(
  runtime: Runtime<Tx>,
  { channel, signal }: ReviewCallOptions = {},
): Promise<readonly ChannelTemplate[]> {
  const { storage, clock } = runtime;
  const changed: ChannelTemplate[] = [];
  for (const { channel: name, reviewer } of reviewedChannels(runtime, channel)) {
    const known = await storage.channelTemplates.list(name);
    if (known.length === 0) continue;
    const news = await reviewer.poll(known, { now: clock.now(), signal });
    const changes = await applyTemplateNews(
      runtime,
      news.map((one) => ({ ...one, channel: name, at: new Date(one.at.getTime() - skewMs) })),
    );
    changed.push(...changes.map(({ after }) => after));
  }
  return changed;
}
