import type { ChannelTemplateNews } from "../domain/channel-template.js";
import type { ChannelTemplateChange } from "../ports/channel-template-store.js";
import type { Runtime } from "../runtime.js";

/** Notes what a provider reports about its reviews, and tells the host what has changed. */
export async function applyTemplateNews<Tx>(
  runtime: Runtime<Tx>,
  news: readonly ChannelTemplateNews[],
): Promise<readonly ChannelTemplateChange[]> {
  if (news.length === 0) return [];
  const changes = await runtime.storage.channelTemplates.applyNews(news);
  for (const { channel } of news) runtime.channelTemplates.forget(channel);
  for (const change of changes) tellReviewed(runtime, change);
  return changes;
}

/** One line in the log, and one event. */
export function tellReviewed<Tx>(
  { lifecycle, logger }: Pick<Runtime<Tx>, "lifecycle" | "logger">,
  {
    before,
    after,
  }: {
    readonly before: ChannelTemplateChange["before"] | null;
    readonly after: ChannelTemplateChange["after"];
  },
): void {
  const { channel, template, remoteName, language, status, category, reason } = after;
  const said = { channel, template, remoteName, language, status, category, reason };
  const wasApproved = before?.status === "approved" && status !== "approved";
  if (wasApproved) logger.warn(said, "a template is no longer approved");
  else logger.info(said, "a template was reviewed");
  lifecycle.emit("template.reviewed", {
    ...said,
    before: before && { status: before.status, category: before.category },
  });
}
