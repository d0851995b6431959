import { execFile } from "node:child_process";
import { chownSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A PostgreSQL server of an experiment's own, that it may kill. */
export interface PostgresCluster {
  /** Of a database that is empty. */
  readonly url: string;
  /** As after a power failure: no connection is ended well, and the log is replayed. Resolves when it answers again. */
  restart(): Promise<void>;
  drop(): Promise<void>;
}

/** Who may run a server: PostgreSQL refuses to run as root. */
interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** Why no cluster can be made here, in words; `null`: one can. */
export function clusterAbsence(): string | null {
  if (binaries() === null) return "PostgreSQL's server programs (initdb, pg_ctl) are not installed";
  if (isRoot() && serverUser() === null) return "there is no user postgres to run a server as";
  return null;
}

/** @throws {Error} It cannot be made here; {@link clusterAbsence} says why. */
export async function openCluster(): Promise<PostgresCluster> {
  const [programs, absence] = [binaries(), clusterAbsence()];
  if (absence !== null || programs === null) throw new Error(`No cluster can be made here: ${absence}.`);
  const user = isRoot() ? serverUser() : null;
  const folder = mkdtempSync(join(tmpdir(), "callboard-cluster-"));
  if (user) chownSync(folder, user.uid, user.gid);
  const data = join(folder, "data");
  // The server goes on after pg_ctl, and would keep a pipe to us open.
  const call = (program: string, ...args: readonly string[]) =>
    run(join(programs, program), [...args], { cwd: folder, ...user });
  const port = await freePort();
  const control = (...args: readonly string[]) =>
    call("pg_ctl", "-D", data, "-w", "-s", "-l", join(folder, "server.log"), ...args);
  await call("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale");
  await control("-o", `-p ${port} -h 127.0.0.1 -k ${folder}`, "start");
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    restart: async () => void (await control("-m", "immediate", "restart")),
    async drop() {
      await control("-m", "immediate", "stop").catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The folder of the newest version's programs. */
function binaries(): string | null {
  const folders = globSync("/usr/lib/postgresql/*/bin").sort((a, b) => versionOf(b) - versionOf(a));
  const onPath = (process.env.PATH ?? "").split(":");
  return [...folders, ...onPath].find((folder) => existsSync(join(folder, "initdb"))) ?? null;
}

function versionOf(folder: string): number {
  return Number(/\/(\d+)\//.exec(folder)?.[1] ?? 0);
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function serverUser(): ServerUser | null {
  const users = existsSync("/etc/passwd") ? readFileSync("/etc/passwd", "utf8") : "";
  const [, uid, gid] = /^postgres:[^:]*:(\d+):(\d+):/m.exec(users) ?? [];
  return uid === undefined ? null : { uid: Number(uid), gid: Number(gid) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}
