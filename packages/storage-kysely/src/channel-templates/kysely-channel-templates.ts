import type { ChannelTemplate, ChannelTemplateStore } from "@callboard/core/adapter";
import type { Kysely } from "kysely";
import type { Database, HostTransaction } from "../database.js";
import { insertRows } from "../insert-rows.js";
import type { Tables } from "../schema.js";
import { applyTemplateNews } from "./apply-template-news.js";
import { channelTemplateColumns, templateKey, toChannelTemplate } from "./channel-template-codec.js";

export function kyselyChannelTemplates(database: Database): ChannelTemplateStore<HostTransaction> {
  return {
    async list(channel, options) {
      const rows = await database
        .on(options)
        .selectFrom(database.tables.channelTemplates)
        .selectAll()
        .where("channel", "=", channel)
        .orderBy("remote_name")
        .orderBy("language")
        .execute();
      return rows.map(toChannelTemplate);
    },
    save: (templates) => database.within({}, (executor) => save(database, executor, templates)),
    applyNews: (news) => applyTemplateNews(database, news),
  };
}

/** What is named twice stands as it was given last. */
async function save(
  database: Database,
  executor: Kysely<Tables>,
  templates: readonly ChannelTemplate[],
): Promise<void> {
  const { key, others } = channelTemplateColumns;
  const { channelTemplates: table } = database.tables;
  const items = [...new Map(templates.map((template) => [templateKey(template), template])).values()];
  const whenTaken = database.sql.overwriteTaken(Object.keys(key), Object.keys(others));
  await insertRows(database, executor, { table, columns: { ...key, ...others }, items, whenTaken });
}
