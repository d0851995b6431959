import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Kysely, sql } from "kysely";
import { type BenchDatabase, connect, withDatabase } from "../harness/databases.ts";
import type { Footprint } from "../harness/memory.ts";
import { callboardSide } from "../storage/callboard-side.ts";
import { storageOn } from "../storage/table-set.ts";
import { people } from "../workload.ts";
import type { Experiment } from "./experiment.ts";

/** What the other process is asked to do. */
export interface KilledFanOutOrder {
  readonly database: BenchDatabase;
  readonly size: number;
  readonly key: string;
}

/** What it tells of each page, and in the end. */
export interface KilledFanOutMessage {
  /** People queued so far by this process. */
  readonly queued: number;
  /** `null` before the end. */
  readonly result: KilledFanOutResult | null;
}

export interface KilledFanOutResult extends Footprint {
  readonly statements: number;
  readonly longestPageMs: number;
}

const [size, warmUpSize] = [200_000, 1_000];
const key = "killed-fan-out";

/** One call for very many people, whose process is killed in the middle, and the same call again in another one. */
export const killedFanOut: Experiment = {
  name: "R27 killed fan-out",
  databases: ["sqlite", "postgres", "mariadb"],
  inQuick: false,
  async run({ database: name, report, findings }) {
    await withDatabase(name, report, async (database) => {
      const db = connect(database);
      const storage = storageOn(database, db);
      await storage.migrate();
      await callboardSide(storage).setUp(people(size), [warmUpSize, size]);
      await killInTheMiddle({ database, size, key });
      const before = await rowsIn(db);
      const { queued, result } = await toItsEnd({ database, size, key });
      const after = await rowsIn(db);
      await db.destroy();
      findings.figure("queued before the kill", before.rows, "rows");
      findings.none("missing after the repeated call", size - after.people);
      findings.none("queued twice", after.rows - after.people);
      findings.none("queued otherwise than the call said", Math.abs(after.rows - before.rows - queued));
      findings.figure("peak memory", result.peakMb, "MB", 150);
      findings.figure("event loop blocked", result.blockedMs, "ms");
      findings.figure("longest page", result.longestPageMs, "ms", 1_000);
      findings.figure("statements per 1000 people", result.statements / (size / 1_000), "statements");
    });
  },
};

async function killInTheMiddle(order: KilledFanOutOrder): Promise<void> {
  const child = start(order);
  child.on("message", (message) => {
    if ((message as KilledFanOutMessage).queued >= size / 2) child.kill("SIGKILL");
  });
  const [, signal] = await once(child, "exit");
  if (signal !== "SIGKILL") throw new Error("The process that was to be killed ended before that.");
}

function toItsEnd(
  order: KilledFanOutOrder,
): Promise<{ readonly queued: number; readonly result: KilledFanOutResult }> {
  const child = start(order);
  return new Promise((resolve, reject) => {
    child.on("message", (message) => {
      const { queued, result } = message as KilledFanOutMessage;
      if (result) resolve({ queued, result });
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`The fan-out's second process ended with code ${code}.`)));
  });
}

function start(order: KilledFanOutOrder): ChildProcess {
  const child = fork(fileURLToPath(new URL("./killed-fan-out-process.ts", import.meta.url)));
  child.send(order);
  return child;
}

/** Of the one call. */
async function rowsIn(db: Kysely<unknown>): Promise<{ rows: number; people: number }> {
  const { rows } = await sql<Record<"all" | "people", number | string>>`
    select count(*) as ${sql.id("all")}, count(distinct user_id) as people
    from callboard_notifications where idempotency_key = ${key}`.execute(db);
  return { rows: Number(rows[0]?.all), people: Number(rows[0]?.people) };
}
