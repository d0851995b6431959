import { kyselyStorage } from "@callboard/storage-kysely";
import { nodeSqliteDialect } from "@callboard/storage-kysely/node-sqlite";
import { testClock } from "@callboard/testing";
import { runnerOf, storageConformance } from "@callboard/testing/conformance";
import { Kysely } from "kysely";
import { describe, test } from "vitest";

describe("SQLite of Node, in memory", () => {
  storageConformance(runnerOf(test), async () => {
    const clock = testClock();
    const db = new Kysely<Record<string, never>>({ dialect: nodeSqliteDialect({ file: ":memory:" }) });
    const storage = kyselyStorage({ db, dialect: "sqlite", clock });
    await storage.migrate();
    return { storage, advance: clock.advance, close: () => db.destroy() };
  });
});
