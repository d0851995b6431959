import {
  afterTemplateNews,
  type ChannelTemplateChange,
  type ChannelTemplateNews,
  standsOtherwise,
} from "@callboard/core/adapter";
import type { Database } from "../database.js";
import { withoutTime } from "./channel-template-codec.js";
import { lockTemplates, writeStandings } from "./stored-templates.js";
import { TemplateShelf } from "./template-shelf.js";

export async function applyTemplateNews(
  database: Database,
  news: readonly ChannelTemplateNews[],
): Promise<ChannelTemplateChange[]> {
  if (news.length === 0) return [];
  return database.transaction(async (transaction) => {
    const locked = await lockTemplates(database, transaction, news);
    const shelf = new TemplateShelf(locked);
    for (const one of news.toSorted((a, b) => a.at.getTime() - b.at.getTime())) {
      const known = shelf.find(one);
      if (known) shelf.put(afterTemplateNews(known, one));
    }
    const pairs = locked.map((before) => ({ before, after: shelf.get(before) ?? before }));
    const moved = pairs.filter(({ before, after }) => after !== before);
    await writeStandings(
      database,
      transaction,
      moved.map(({ after }) => after),
    );
    return moved
      .filter(({ before, after }) => standsOtherwise(before, after))
      .map(({ before, after }) => ({ before: withoutTime(before), after: withoutTime(after) }));
  });
}
