import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { kyselyStorage } from "@callboard/storage-kysely";
import { nodeSqliteDialect } from "@callboard/storage-kysely/node-sqlite";
import { Kysely, type LogConfig } from "kysely";
import { onTestFinished } from "vitest";

export const sqliteProgram = join(import.meta.dirname, "fixtures", "sqlite-process.ts");

const run = promisify(execFile);

/** The path of a database file that is not there yet; deleted when the test ends. */
export async function newFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "callboard-sqlite-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, "shared.sqlite");
}

export interface OpenOptions {
  readonly busyTimeoutMs?: number;
  readonly log?: LogConfig;
}

/** A storage in this process; closed when the test ends. */
export function openFile(file: string, { log, ...options }: OpenOptions = {}) {
  const db = new Kysely<unknown>({
    dialect: nodeSqliteDialect({ file, ...options }),
    ...(log && { log }),
  });
  onTestFinished(() => db.destroy());
  return { db, storage: kyselyStorage({ db, dialect: "sqlite" }) };
}

/** Lets several processes do the same at once; what each of them printed. */
export async function inProcesses(count: number, task: string, file: string): Promise<string[]> {
  const running = Array.from({ length: count }, () =>
    run(process.execPath, ["--no-warnings", sqliteProgram, task, file]),
  );
  return (await Promise.all(running)).map(({ stdout }) => stdout);
}
