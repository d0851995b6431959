import type { NewTemplateVersion, PublishReport, TemplateStore } from "@callboard/core/adapter";
import type { Kysely } from "kysely";
import type { Database, HostTransaction } from "./database.js";
import type { Tables } from "./schema.js";

export function kyselyTemplates(database: Database): TemplateStore<HostTransaction> {
  return {
    publish: (entries) => publish(database, entries),
    async published(names, options = {}) {
      if (names.length === 0) return [];
      const rows = await publishedRows(database, database.on(options), names);
      return rows.map((row) => ({
        name: row.template,
        version: row.version,
        body: row.body,
        buttons: JSON.parse(row.buttons),
        channels: JSON.parse(row.channels),
        contentHash: row.content_hash,
        createdAt: new Date(Number(row.created_at)),
      }));
    },
  };
}

function publishedRows({ tables }: Database, executor: Kysely<Tables>, names: readonly string[]) {
  return executor
    .selectFrom(tables.templateVersions)
    .innerJoin(tables.templates, (join) =>
      join
        .onRef(`${tables.templates}.name`, "=", `${tables.templateVersions}.template`)
        .onRef(`${tables.templates}.published_version`, "=", `${tables.templateVersions}.version`),
    )
    .selectAll(tables.templateVersions)
    .where("template", "in", names)
    .execute();
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
  { tables, sql: dialect }: Database,
  transaction: Kysely<Tables>,
  entries: readonly NewTemplateVersion[],
  versionOf: ReadonlyMap<string, number>,
): Promise<void> {
  if (entries.length === 0) return;
  await transaction
    .insertInto(tables.templateVersions)
    .values(
      entries.map(({ name, body, buttons, channels, contentHash }) => ({
        template: name,
        version: versionOf.get(name) ?? 1,
        body,
        buttons: JSON.stringify(buttons),
        channels: JSON.stringify(channels),
        content_hash: contentHash,
        created_at: dialect.now(),
      })),
    )
    .execute();
  await transaction
    .insertInto(tables.templates)
    .values(entries.map(({ name }) => ({ name, published_version: versionOf.get(name) ?? 1 })))
    .onConflict((conflict) =>
      conflict
        .column("name")
        .doUpdateSet((excluded) => ({ published_version: excluded.ref("excluded.published_version") })),
    )
    .execute();
}
