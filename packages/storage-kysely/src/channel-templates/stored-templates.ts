import type { ChannelTemplateNews } from "@callboard/core/adapter";
import { type Kysely, sql } from "kysely";
import type { Database } from "../database.js";
import type { ChannelTemplatesTable, Tables } from "../schema.js";
import { bareName } from "../table-names.js";
import { type StoredTemplate, toStored } from "./channel-template-codec.js";

/** Two questions, because an index answers each of them; then in the order of the key, so that nobody waits crosswise. */
export async function lockTemplates(
  { tables: { channelTemplates: table }, sql: dialect }: Database,
  transaction: Kysely<Tables>,
  news: readonly ChannelTemplateNews[],
): Promise<StoredTemplate[]> {
  const wanted = dialect.jsonRows(
    news.map(({ channel, remoteId, remoteName, language }) => ({
      ...{ w_channel: channel, w_id: remoteId, w_name: remoteName, w_language: language },
    })),
    { w_channel: "text", w_id: "text", w_name: "text", w_language: "text" },
  );
  const key = sql`c.channel, c.remote_name, c.language`;
  const { rows: found } = await sql<Pick<ChannelTemplatesTable, "channel" | "remote_name" | "language">>`
    select ${key} from ${wanted} as by_id
    ${dialect.smallFirst} ${sql.table(table)} as c ${dialect.byIndex(`${bareName(table)}_remote`)}
      on c.channel = w_channel and c.remote_id = w_id
    union
    select ${key} from ${wanted} as by_name
    ${dialect.smallFirst} ${sql.table(table)} as c ${dialect.byIndex("primary")}
      on c.channel = w_channel and c.remote_name = w_name and c.language = w_language`.execute(transaction);
  if (found.length === 0) return [];
  const keys = dialect.jsonRows(
    found.map((row) => ({ k_channel: row.channel, k_name: row.remote_name, k_language: row.language })),
    { k_channel: "text", k_name: "text", k_language: "text" },
  );
  const { rows } = await sql<ChannelTemplatesTable>`
    select c.* from ${keys} as named
    ${dialect.smallFirst} ${sql.table(table)} as c ${dialect.byIndex("primary")}
      on c.channel = k_channel and c.remote_name = k_name and c.language = k_language
    order by ${key} ${dialect.forUpdate}`.execute(transaction);
  return rows.map(toStored);
}

/** What news can change. */
export async function writeStandings(
  { tables: { channelTemplates: table }, sql: dialect }: Database,
  transaction: Kysely<Tables>,
  changed: readonly StoredTemplate[],
): Promise<void> {
  if (changed.length === 0) return;
  const rows = dialect.jsonRows(
    changed.map((one) => ({
      ...{ n_channel: one.channel, n_name: one.remoteName, n_language: one.language },
      ...{ n_id: one.remoteId, n_status: one.status, n_category: one.category },
      ...{ n_reason: one.reason, n_at: one.statusAt.getTime(), n_told: one.toldAt.getTime() },
    })),
    {
      ...{ n_channel: "text", n_name: "text", n_language: "text" },
      ...{
        n_id: "text",
        n_status: "text",
        n_category: "text",
        n_reason: "text",
        n_at: "integer",
        n_told: "integer",
      },
    },
  );
  const on = sql`c.channel = n_channel and c.remote_name = n_name and c.language = n_language`;
  const set = sql`remote_id = n_id, status = n_status, category = n_category, reason = n_reason,
    status_at = n_at, told_at = n_told`;
  await dialect.updateFrom({ table, as: "c", rows, on, set }).execute(transaction);
}
