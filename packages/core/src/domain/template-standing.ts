import type { ChannelTemplate, ChannelTemplateNews } from "./channel-template.js";

/** A template as it stands with a provider, and when its newest status was told, also one that said nothing new. */
export interface TemplateStanding extends ChannelTemplate {
  readonly toldAt: Date;
}

/** How a template stands after news of it. Old news changes nothing, and what says no more than is known leaves `statusAt`. */
export function afterTemplateNews(known: TemplateStanding, news: ChannelTemplateNews): TemplateStanding {
  const isOld = news.status === known.status ? news.at < known.toldAt : news.at <= known.toldAt;
  if (news.status !== null && isOld) return known;
  const stands = news.status === null ? known : { status: news.status, reason: news.reason };
  const isNew = stands.status !== known.status || stands.reason !== known.reason;
  return {
    ...known,
    remoteId: news.remoteId ?? known.remoteId,
    category: news.category ?? known.category,
    ...(isNew && { status: stands.status, reason: stands.reason, statusAt: news.at }),
    ...(news.status !== null && { toldAt: news.at }),
  };
}

/** Whether a template stands otherwise than before, so that somebody should be told. */
export function standsOtherwise(before: ChannelTemplate, after: ChannelTemplate): boolean {
  return (["remoteId", "category", "status", "reason"] as const).some((name) => before[name] !== after[name]);
}
