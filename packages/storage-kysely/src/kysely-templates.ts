import type {
  NewTemplateVersion,
  PublishReport,
  TemplateStore,
  TemplateVersion,
} from "@callboard/core/adapter";
import { type Kysely, type Selectable, sql } from "kysely";
import type { Database, HostTransaction } from "./database.js";
import { insertRows } from "./insert-rows.js";
import type { Tables, TemplateVersionsTable } from "./schema.js";
import { timeOf } from "./time-of.js";

export function kyselyTemplates(database: Database): TemplateStore<HostTransaction> {
  return {
    publish: (entries) => publish(database, entries),
    async published(names, options = {}) {
      if (names.length === 0) return [];
      return (await publishedRows(database, database.on(options), names)).map(toVersion);
    },
    versions: (keys, options) => versions(database, database.on(options), keys),
  };
}

async function versions(
  { tables, sql: dialect }: Database,
  executor: Kysely<Tables>,
  keys: Parameters<TemplateStore["versions"]>[0],
): Promise<TemplateVersion[]> {
  if (keys.length === 0) return [];
  const wanted = new Map(
    keys.map(({ name, version }) => [`${version} ${name}`, { w_name: name, w_version: version }]),
  );
  const { rows } = await sql<Selectable<TemplateVersionsTable>>`
    select v.* from ${dialect.jsonRows([...wanted.values()], { w_name: "text", w_version: "integer" })} as wanted
    ${dialect.smallFirst} ${sql.table(tables.templateVersions)} as v
      on v.template = w_name and v.version = w_version`.execute(executor);
  return rows.map(toVersion);
}

function toVersion(row: Selectable<TemplateVersionsTable>): TemplateVersion {
  return {
    name: row.template,
    version: row.version,
    body: row.body,
    buttons: JSON.parse(row.buttons),
    channels: JSON.parse(row.channels),
    contentHash: row.content_hash,
    createdAt: new Date(Number(row.created_at)),
  };
}

async function publishedRows(
  { tables }: Database,
  executor: Kysely<Tables>,
  names: readonly string[],
): Promise<Selectable<TemplateVersionsTable>[]> {
  const { rows } = await sql<Selectable<TemplateVersionsTable>>`
    select v.* from ${sql.table(tables.templates)} as t
    join ${sql.table(tables.templateVersions)} as v on v.template = t.name and v.version = t.published_version
    where t.name in (${sql.join(names)})`.execute(executor);
  return rows;
}

async function publish(database: Database, entries: readonly NewTemplateVersion[]): Promise<PublishReport[]> {
  if (entries.length === 0) return [];
  return database.transaction(async (transaction) => {
    const names = entries.map(({ name }) => name);
    const before = new Map(
      (await publishedRows(database, transaction, names)).map((row) => [row.template, row]),
    );
    const reports = entries.map((entry) => reportOn(entry, before.get(entry.name)));
    const fresh = entries.filter((_, index) => reports[index]?.change !== "unchanged");
    await storeVersions(
      database,
      transaction,
      fresh,
      new Map(reports.map(({ name, version }) => [name, version])),
    );
    return reports;
  });
}

function reportOn(
  { name, contentHash }: NewTemplateVersion,
  before: { readonly version: number; readonly content_hash: string } | undefined,
): PublishReport {
  if (!before) return { name, version: 1, change: "created" };
  if (before.content_hash === contentHash) return { name, version: before.version, change: "unchanged" };
  return { name, version: before.version + 1, change: "changed" };
}

async function storeVersions(
  database: Database,
  transaction: Kysely<Tables>,
  entries: readonly NewTemplateVersion[],
  versionOf: ReadonlyMap<string, number>,
): Promise<void> {
  if (entries.length === 0) return;
  const { tables, sql: dialect } = database;
  const createdAt = await timeOf(database, transaction);
  await insertRows(database, transaction, {
    table: tables.templateVersions,
    columns: {
      template: ["text", ({ name }) => name],
      version: ["integer", ({ name }) => versionOf.get(name) ?? 1],
      body: ["text", ({ body }) => body],
      buttons: ["text", ({ buttons }) => JSON.stringify(buttons)],
      channels: ["text", ({ channels }) => JSON.stringify(channels)],
      content_hash: ["text", ({ contentHash }) => contentHash],
      created_at: ["integer", () => createdAt],
    },
    items: entries,
  });
  await insertRows(database, transaction, {
    table: tables.templates,
    columns: {
      name: ["text", ({ name }) => name],
      published_version: ["integer", ({ name }) => versionOf.get(name) ?? 1],
    },
    items: entries,
    whenTaken: dialect.overwriteTaken(["name"], ["published_version"]),
  });
}
