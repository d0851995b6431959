import type { ClaimRequest, DueRequest } from "@callboard/core/adapter";
import { type RawBuilder, sql } from "kysely";
import type { Database } from "../database.js";
import { bareName } from "../table-names.js";

interface Lane {
  /** The priority, as it is stored. */
  readonly rank: number;
  readonly limit: RawBuilder<unknown>;
  readonly select: RawBuilder<unknown>;
}

/** Selects the due rows of one priority, the longest due first. */
export function dueRows(
  { tables, sql: dialect }: Database,
  { channels, pausedTemplates, template }: DueRequest & Pick<ClaimRequest, "template">,
  { rank, limit, select }: Lane,
): RawBuilder<unknown> {
  const now = dialect.now();
  const paused = pausedTemplates.map(
    ({ channel, template }) => sql`and not (channel = ${channel} and template = ${template})`,
  );
  const only = template === undefined ? sql`` : sql`and template = ${template}`;
  return sql`
    select ${select} from ${sql.table(tables.notifications)}
    ${dialect.byIndex(`${bareName(tables.notifications)}_due`)}
    where status = 'pending' and priority = ${sql.lit(rank)} and next_attempt_at <= ${now}
      and (expires_at is null or expires_at > ${now})
      and channel in (${sql.join(channels)}) ${sql.join(paused, sql` `)} ${only}
    order by next_attempt_at
    limit ${limit}`;
}
