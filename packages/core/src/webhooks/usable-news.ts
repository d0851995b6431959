import type { ChannelTemplateNews } from "../domain/channel-template.js";
import type { Receipt } from "../domain/receipt.js";
import { storable, unusableName } from "../domain/storable-text.js";
import type { ContactIdentity } from "../ports/contact-store.js";
import type { ChannelAlert, WebhookNews } from "../ports/webhook-news.js";
import { storableReceipt } from "../receipts/storable-receipt.js";

/** News of which every item can be stored; what cannot is among the unread pieces, with the reason. */
export function usableNews(news: WebhookNews): Required<WebhookNews> {
  const unread = [...(news.unread ?? [])];
  const usable = <Item>(
    kind: string,
    items: readonly Item[] = [],
    problemOf: (item: Item) => string | null,
  ): Item[] =>
    items.filter((item) => {
      const problem = problemOf(item);
      if (problem !== null) unread.push({ reason: `${kind}: ${problem}`, body: JSON.stringify(item) });
      return problem === null;
    });
  return {
    receipts: usable("a receipt", news.receipts, receiptProblem).map(storableReceipt),
    inbound: usable("an inbound message", news.inbound, eventProblem),
    preferences: usable("a preference", news.preferences, eventProblem),
    moves: usable("a new address", news.moves, moveProblem),
    templateNews: usable("news of a template", news.templateNews, templateProblem).map(storableTemplateNews),
    alerts: usable("an alert", news.alerts, alertProblem),
    unread,
  };
}

/** A mended message id might be another's. */
function receiptProblem({ providerMessageId, occurredAt }: Receipt): string | null {
  return nameProblem("providerMessageId", providerMessageId) ?? timeProblem("occurredAt", occurredAt);
}

function eventProblem(item: Omit<ContactIdentity, "channel"> & { readonly at: Date }): string | null {
  return identityProblem(item) ?? timeProblem("at", item.at);
}

function moveProblem(
  item: Omit<ContactIdentity, "channel"> & {
    readonly newAddress: string | null;
    readonly newAlias: string | null;
  },
): string | null {
  return (
    identityProblem(item) ??
    nameProblem("newAddress", item.newAddress) ??
    nameProblem("newAlias", item.newAlias)
  );
}

function templateProblem(item: Omit<ChannelTemplateNews, "channel">): string | null {
  return (
    nameProblem("remoteId", item.remoteId) ??
    nameProblem("remoteName", item.remoteName) ??
    nameProblem("language", item.language) ??
    nameProblem("category", item.category) ??
    timeProblem("at", item.at)
  );
}

function alertProblem({ pauseForMs, at }: ChannelAlert): string | null {
  const isEndless = pauseForMs !== null && !Number.isFinite(pauseForMs);
  return isEndless ? "its pauseForMs is no number of milliseconds." : timeProblem("at", at);
}

function identityProblem({ address, alias = null }: Omit<ContactIdentity, "channel">): string | null {
  if (address === null && alias === null) return "it names nobody.";
  return nameProblem("address", address) ?? nameProblem("alias", alias);
}

function nameProblem(field: string, value: string | null): string | null {
  return value === null || unusableName(value) === null ? null : `its ${field} cannot be stored.`;
}

function timeProblem(field: string, time: Date): string | null {
  return Number.isNaN(time.getTime()) ? `its ${field} is no valid Date.` : null;
}

function storableTemplateNews(
  news: Omit<ChannelTemplateNews, "channel">,
): Omit<ChannelTemplateNews, "channel"> {
  return { ...news, reason: news.reason === null ? null : storable(news.reason, 4_000) };
}
