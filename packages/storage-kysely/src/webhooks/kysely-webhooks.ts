import { createHash } from "node:crypto";
import type { KeptPiece, KeptWebhook, UnreadPiece, WebhookStore } from "@callboard/core/adapter";
import { sql } from "kysely";
import type { Database } from "../database.js";
import { insertRows } from "../insert-rows.js";
import { nextPlace } from "../next-place.js";
import type { WebhooksAsideTable } from "../schema.js";
import { bareName } from "../table-names.js";
import { timeOf } from "../time-of.js";
import { claimWebhooks } from "./claim-webhooks.js";

export function kyselyWebhooks(database: Database): WebhookStore {
  return {
    keep: (webhook) => keep(database, webhook),
    claim: (request) => claimWebhooks(database, request),
    finish: (bodies) => finish(database, bodies),
    setAside: (pieces) => setAside(database, pieces),
    listAside: ({ limit }) => listAside(database, limit),
    forgetAside: ({ olderThanMs }) => forgetAside(database, olderThanMs),
  };
}

async function keep(database: Database, webhook: KeptWebhook): Promise<void> {
  const { tables, sql: dialect } = database;
  const receivedAt = await timeOf(database, database.on());
  await insertRows(database, database.on(), {
    table: tables.webhooks,
    columns: {
      hash: ["text", ({ hash }) => hash],
      channel: ["text", ({ channel }) => channel],
      body: ["text", ({ body }) => body],
      received_at: ["integer", () => receivedAt],
      place: ["integer", nextPlace],
      leased_until: ["integer", () => 0],
    },
    items: [webhook],
    whenTaken: dialect.skipTaken(tables.webhooks, ["hash", "channel"]),
  });
}

async function finish(database: Database, bodies: Parameters<WebhookStore["finish"]>[0]): Promise<void> {
  if (bodies.length === 0) return;
  const { tables, sql: dialect } = database;
  const rows = dialect.jsonRows(
    bodies.map(({ channel, hash }) => ({ f_channel: channel, f_hash: hash })),
    { f_channel: "text", f_hash: "text" },
  );
  const match = { hash: "f_hash", channel: "f_channel" };
  await dialect.deleteUsing({ table: tables.webhooks, rows, match }).execute(database.on());
}

async function setAside(database: Database, pieces: readonly UnreadPiece[]): Promise<void> {
  if (pieces.length === 0) return;
  const { tables, sql: dialect } = database;
  const keptAt = await timeOf(database, database.on());
  await insertRows(database, database.on(), {
    table: tables.webhooksAside,
    columns: {
      piece: ["text", pieceHash],
      hash: ["text", ({ hash }) => hash],
      channel: ["text", ({ channel }) => channel],
      reason: ["text", ({ reason }) => reason],
      // Whoever cut it may have cut a character in two, which no database takes.
      body: ["text", ({ body }) => body.toWellFormed()],
      kept_at: ["integer", () => keptAt],
      place: ["integer", nextPlace],
    },
    items: pieces,
    whenTaken: dialect.skipTaken(tables.webhooksAside, ["hash", "channel", "piece"]),
  });
}

function pieceHash({ reason, body }: UnreadPiece): string {
  return createHash("sha256")
    .update(JSON.stringify([reason, body]))
    .digest("hex");
}

async function listAside(database: Database, limit: number): Promise<KeptPiece[]> {
  const { webhooksAside } = database.tables;
  const { rows } = await sql<WebhooksAsideTable>`
    select * from ${sql.table(webhooksAside)} ${database.sql.byIndex(`${bareName(webhooksAside)}_age`)}
    order by kept_at desc, place desc limit ${limit}`.execute(database.on());
  return rows.map(toPiece);
}

function toPiece({ channel, hash, reason, body, kept_at: keptAt }: WebhooksAsideTable): KeptPiece {
  return { channel, hash, reason, body, keptAt: new Date(Number(keptAt)) };
}

async function forgetAside(database: Database, olderThanMs: number): Promise<number> {
  const before = (await timeOf(database, database.on())) - olderThanMs;
  const { numDeletedRows } = await database
    .on()
    .deleteFrom(database.tables.webhooksAside)
    .where("kept_at", "<", before)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}
