import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { kyselyStorage } from "@callboard/storage-kysely";
import { nodeSqliteDialect } from "@callboard/storage-kysely/node-sqlite";
import { Kysely } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";

const run = promisify(execFile);
const program = join(import.meta.dirname, "fixtures", "sqlite-process.ts");
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "callboard-sqlite-"));
  file = join(folder, "shared.sqlite");
});

afterEach(() => rm(folder, { recursive: true }));

async function inProcesses(count: number, task: string): Promise<string[]> {
  const running = Array.from({ length: count }, () =>
    run(process.execPath, ["--no-warnings", program, task, file]),
  );
  return (await Promise.all(running)).map(({ stdout }) => stdout);
}

function open() {
  const db = new Kysely<Record<string, never>>({ dialect: nodeSqliteDialect({ file }) });
  return { db, storage: kyselyStorage({ db, dialect: "sqlite" }) };
}

test("migrate() from four processes at once on an empty file succeeds in each of them", async () => {
  await inProcesses(4, "migrate");
  const { db, storage } = open();
  expect(await storage.groups.list()).toEqual([]);
  await storage.migrate();
  await db.destroy();
});

test("claim() from four processes gives each of 1,000 notifications to exactly one", async () => {
  const { db, storage } = open();
  await storage.migrate();
  const rows = Array.from({ length: 1_000 }, (_, index) => notification(`n-${index}`));
  await storage.notifications.insertMany(rows);
  const claimed = (await inProcesses(4, "claim")).flatMap((line) => JSON.parse(line) as string[]);
  expect(claimed.toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
  await db.destroy();
}, 30_000);

function notification(id: string) {
  return {
    id,
    batchId: "batch",
    userId: id,
    channel: "whatsapp",
    address: "+263771234501",
    template: "order_created",
    templateVersion: 1,
    priority: "normal" as const,
    content: { text: "Order SO-1", variables: [], buttons: [], channel: null },
    relatedContact: null,
    metadata: null,
    idempotencyKey: null,
    contentHash: "hash",
    groupNames: [],
    notBefore: null,
    expiresAt: null,
    onUncertain: "resend" as const,
  };
}
