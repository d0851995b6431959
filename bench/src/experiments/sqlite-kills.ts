import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { connect, withDatabase } from "../harness/databases.ts";
import { storageOn } from "../storage/table-set.ts";
import type { Experiment, Findings } from "./experiment.ts";

const [writerCount, kills] = [4, 50];
const lockedMs = 10_000;

/** Four processes write to one file; they are killed again and again, and once somebody locks the file for long. */
export const sqliteKills: Experiment = {
  name: "R18 kill -9",
  databases: ["sqlite"],
  inQuick: false,
  async run({ report, findings }) {
    await withDatabase("sqlite", report, async (database) => {
      const db = connect(database);
      await storageOn(database, db).migrate();
      await db.destroy();
      const told = newTold();
      const broken: string[] = [];
      for (let kill = 1; kill <= kills; kill += 1) {
        await writeUntilKilled(database.location, told, 40 + kill);
        broken.push(...brokenIn(database.location));
      }
      await writeBehindLock(database.location, told);
      findings.figure("processes killed", kills * writerCount, "processes");
      findings.figure(`calls refused, mostly by a lock of ${lockedMs / 1_000} s`, told.refused, "calls");
      findings.none("writers that ended by themselves", told.errors, "processes");
      findings.none("files that PRAGMA integrity_check complains of", broken, "calls");
      compare(database.location, told, findings);
    });
  },
};

/** What the writers have told of. */
interface Told {
  readonly stored: Set<string>;
  readonly sent: Set<string>;
  readonly sentTwice: string[];
  /** Calls that gave up waiting for the file. */
  refused: number;
  /** What they said when they ended by themselves. */
  readonly errors: string[];
}

function newTold(): Told {
  return { stored: new Set(), sent: new Set(), sentTwice: [], refused: 0, errors: [] };
}

/** All of them are killed as soon as each has told of so many ids. */
async function writeUntilKilled(file: string, told: Told, count: number): Promise<void> {
  const writers = Array.from({ length: writerCount }, () => startWriter(file, told));
  await Promise.all(writers.map((writer) => writer.hasTold(count)));
  await Promise.all(writers.map((writer) => writer.kill()));
}

/** The file is locked while all of them write, and each has to go on afterwards. */
async function writeBehindLock(file: string, told: Told): Promise<void> {
  const writers = Array.from({ length: writerCount }, () => startWriter(file, told));
  await Promise.all(writers.map((writer) => writer.hasTold(40)));
  const other = new DatabaseSync(file, { timeout: lockedMs });
  other.exec("begin exclusive");
  await setTimeout(lockedMs);
  other.exec("rollback");
  other.close();
  const before = writers.map((writer) => writer.lines);
  await Promise.all(writers.map((writer, index) => writer.hasTold((before[index] ?? 0) + 40)));
  await Promise.all(writers.map((writer) => writer.kill()));
}

function startWriter(file: string, told: Told) {
  const program = fileURLToPath(new URL("./sqlite-writer.ts", import.meta.url));
  const child = spawn(process.execPath, ["--no-warnings", program, file], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const writer = {
    lines: 0,
    /** Resolves when it has told of so many ids, or has ended. */
    hasTold: (count: number) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (writer.lines >= count || hasEnded) resolve();
        };
        look();
        lines.on("line", look);
        lines.once("close", look);
      }),
    async kill() {
      child.kill("SIGKILL");
      await exitOf(child);
      if (child.signalCode !== "SIGKILL") told.errors.push(said);
    },
  };
  let [said, hasEnded] = ["", false];
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    listen(line, told);
    if (line !== "refused") writer.lines += 1;
  });
  lines.once("close", () => {
    hasEnded = true;
  });
  child.stderr.on("data", (text) => {
    said += text;
  });
  return writer;
}

function listen(line: string, told: Told): void {
  if (line === "refused") told.refused += 1;
  const { stored, sent, sentTwice } = told;
  const [what, id] = line.split(" ");
  // The last line may have been cut.
  if (id?.length !== 36) return;
  if (what === "stored") stored.add(id);
  else if (sent.has(id)) sentTwice.push(id);
  else sent.add(id);
}

async function exitOf(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "close");
}

function brokenIn(file: string): string[] {
  return withFile(file, (db) => column(db, "pragma integrity_check").filter((finding) => finding !== "ok"));
}

function compare(file: string, told: Told, findings: Findings): void {
  withFile(file, (db) => {
    const rows = new Set(column(db, "select id from callboard_notifications"));
    const sent = new Set(column(db, "select id from callboard_notifications where status = 'sent'"));
    findings.figure("told to be stored", told.stored.size, "rows");
    findings.none(
      "lost, though told to be stored",
      [...told.stored].filter((id) => !rows.has(id)),
    );
    findings.none(
      "lost, though told to be sent",
      [...told.sent].filter((id) => !sent.has(id)),
    );
    findings.none("sent twice", told.sentTwice);
    findings.none("written by half", column(db, halfWritten));
  });
}

/** Batches that are not whole, sent notifications without an accepted attempt, and batches without their labels. */
const halfWritten = `
  select batch_id from callboard_notifications group by batch_id having count(*) <> 10
  union all
  select id from callboard_notifications as n where status = 'sent' and not exists (
    select 1 from callboard_attempts as a where a.id = n.attempt_id and a.outcome = 'accepted')
  union all
  select n.batch_id from callboard_notifications as n
  left join callboard_batch_labels as l on l.batch_id = n.batch_id and l.created_at = n.created_at
  group by n.id having count(l.batch_id) <> 3`;

function column(db: DatabaseSync, query: string): string[] {
  return db
    .prepare(query)
    .all()
    .map((row) => String(Object.values(row)[0]));
}

function withFile<Result>(file: string, work: (db: DatabaseSync) => Result): Result {
  const db = new DatabaseSync(file);
  try {
    return work(db);
  } finally {
    db.close();
  }
}
