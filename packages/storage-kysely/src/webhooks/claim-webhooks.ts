import type { KeptWebhook, WebhookStore } from "@callboard/core/adapter";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Database } from "../database.js";
import type { Tables, WebhooksTable } from "../schema.js";
import { bareName } from "../table-names.js";

type ClaimRequest = Parameters<WebhookStore["claim"]>[0];

/** A body that another claimer holds is passed over. */
export async function claimWebhooks(database: Database, request: ClaimRequest): Promise<KeptWebhook[]> {
  const claim = database.sql.returning ? claimInOneStatement : selectThenUpdate;
  const rows = await database.atomically((executor) => claim(database, executor, request));
  // The order of returned rows is the database's own.
  return rows
    .sort((a, b) => Number(a.received_at) - Number(b.received_at) || Number(a.place) - Number(b.place))
    .map(({ channel, hash, body }) => ({ channel, hash, body }));
}

async function claimInOneStatement(
  database: Database,
  executor: Kysely<Tables>,
  request: ClaimRequest,
): Promise<WebhooksTable[]> {
  const { rows } = await sql<WebhooksTable>`
    with free as (${freeRows(database, request, sql`hash, channel`)})
    update ${sql.table(database.tables.webhooks)} set ${held(database, request)}
    where (hash, channel) in (select hash, channel from free)
    returning channel, hash, body, received_at, place`.execute(executor);
  return rows;
}

async function selectThenUpdate(
  database: Database,
  executor: Kysely<Tables>,
  request: ClaimRequest,
): Promise<WebhooksTable[]> {
  const { tables, sql: dialect } = database;
  const { rows } = await sql<WebhooksTable>`${freeRows(database, request, sql`*`)}`.execute(executor);
  if (rows.length === 0) return [];
  const locked = dialect.jsonRows(
    rows.map(({ channel, hash }) => ({ c_channel: channel, c_hash: hash })),
    { c_channel: "text", c_hash: "text" },
  );
  const on = sql`w.hash = c_hash and w.channel = c_channel`;
  const set = held(database, request);
  await dialect.updateFrom({ table: tables.webhooks, as: "w", rows: locked, on, set }).execute(executor);
  return rows;
}

function freeRows(
  { tables: { webhooks }, sql: dialect }: Database,
  { hash, limit }: ClaimRequest,
  select: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const index = dialect.byIndex(hash === undefined ? `${bareName(webhooks)}_age` : "primary");
  const wanted = hash === undefined ? sql`` : sql`and hash = ${hash}`;
  return sql`select ${select} from ${sql.table(webhooks)} ${index}
    where leased_until <= ${dialect.now()} ${wanted}
    order by received_at, place limit ${limit} ${dialect.skipLocked}`;
}

function held({ sql: dialect }: Database, { leaseMs }: ClaimRequest): RawBuilder<unknown> {
  return sql`leased_until = ${dialect.now()} + ${leaseMs}`;
}
