import {
  afterTemplateNews,
  type ChannelTemplate,
  type ChannelTemplateChange,
  type ChannelTemplateNews,
  type ChannelTemplateStore,
  standsOtherwise,
  type TemplateStanding,
} from "@callboard/core/adapter";
import { compareText } from "./compare-text.js";
import { copyOf } from "./copy-of.js";
import type { Gate, MemoryTransaction } from "./gate.js";
import { Table } from "./table.js";

export function memoryChannelTemplates(gate: Gate): ChannelTemplateStore<MemoryTransaction> {
  const templates = new Table<TemplateStanding>();
  const of = (channel: string) => [...templates.values()].filter((one) => one.channel === channel);
  return {
    list: (channel, { transaction } = {}) =>
      gate.run(transaction, () =>
        of(channel)
          .sort((a, b) => compareText(a.remoteName, b.remoteName) || compareText(a.language, b.language))
          .map(toTemplate),
      ),
    save: (saved) =>
      gate.run(undefined, () => {
        for (const template of saved)
          templates.set(keyOf(template), copyOf({ ...template, toldAt: template.statusAt }));
      }),
    applyNews: (news) =>
      gate.run(undefined, () => {
        const before = new Map<string, TemplateStanding>();
        for (const one of inOrder(copyOf(news))) {
          const known = find(of(one.channel), one);
          if (!known) continue;
          before.set(keyOf(known), before.get(keyOf(known)) ?? known);
          templates.set(keyOf(known), afterTemplateNews(known, one));
        }
        return [...before].flatMap(([key, known]): ChannelTemplateChange[] => {
          const after = templates.get(key);
          if (!after || !standsOtherwise(known, after)) return [];
          return [{ before: toTemplate(known), after: toTemplate(after) }];
        });
      }),
  };
}

function toTemplate({ toldAt: _, ...template }: TemplateStanding): ChannelTemplate {
  return copyOf(template);
}

function find(
  templates: readonly TemplateStanding[],
  { remoteId, remoteName, language }: ChannelTemplateNews,
) {
  return (
    templates.find((one) => remoteId !== null && one.remoteId === remoteId) ??
    templates.find((one) => one.remoteName === remoteName && one.language === language)
  );
}

/** Of the same time in the order given. */
function inOrder(news: readonly ChannelTemplateNews[]): ChannelTemplateNews[] {
  return news.toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

function keyOf({ channel, remoteName, language }: ChannelTemplate): string {
  return JSON.stringify([channel, remoteName, language]);
}
