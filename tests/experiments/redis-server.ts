import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { promisify } from "node:util";
import { absence } from "@callboard/test-databases";
import { Redis } from "ioredis";
import { until } from "./until.ts";

/** A Redis server of an experiment's own, which it may empty, spoil and kill. */
export interface RedisServer {
  /** The same for as long as it is open, also while nothing answers there. */
  readonly url: string;
  /** Empty: it keeps nothing. Resolves when it answers. */
  start(): Promise<void>;
  /** Ends it as a power failure does; what it held is gone. Harmless twice. */
  kill(): Promise<void>;
  /** As an administrator: asked over a connection of its own, whatever the server has come to. */
  command(...words: readonly (string | number)[]): Promise<unknown>;
  close(): Promise<void>;
}

/** Why no server can be started here; `null`: one can. */
export const redisServerAbsent = await absence(
  "redis-server",
  "Install Redis, so that its program is on the path.",
  () => promisify(execFile)("redis-server", ["--version"]),
);

/** @param settings - As in its configuration file, for example `{ "maxmemory-policy": "allkeys-lru" }`. */
export async function openRedisServer({
  settings = {},
  isUp = true,
}: {
  readonly settings?: Readonly<Record<string, string>>;
  /** @default true */
  readonly isUp?: boolean;
} = {}): Promise<RedisServer> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const words = Object.entries({ port: String(port), ...usual, ...settings }).flatMap(([name, value]) => [
    `--${name}`,
    ...value.split(" "),
  ]);
  let running: ChildProcess | null = null;
  const server: RedisServer = {
    url,
    async start() {
      running ??= spawn("sh", ["-c", leashed, "sh", ...words], { stdio: ["pipe", "ignore", "ignore"] });
      await until("the new Redis answers", () => commandAt(url, "ping"));
    },
    async kill() {
      const ending = running;
      running = null;
      if (!ending) return;
      ending.stdin?.end();
      if (ending.exitCode === null) await once(ending, "exit");
    },
    command: (...command) => commandAt(url, ...command),
    close: () => server.kill(),
  };
  if (isUp) await server.start();
  return server;
}

/** Let in whatever becomes of everybody else's password. */
const admin = { username: "admin", password: "any" };

const usual = {
  user: `${admin.username} on nopass ~* &* +@all`,
  bind: "127.0.0.1",
  dir: tmpdir(),
  save: "",
  appendonly: "no",
};

/** Killed when our end of its standard input closes, which the system does also for a process that was killed itself. */
const leashed = `redis-server "$@" & read -r _; kill -9 $!`;

async function commandAt(url: string, ...[name = "", ...words]: readonly (string | number)[]) {
  const client = new Redis(url, { ...admin, lazyConnect: true, retryStrategy: () => null });
  // What goes wrong is told by the command.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await client.call(String(name), ...words);
  } finally {
    client.disconnect();
  }
}

/** The nodes of a cluster talk on a second port, so much higher. */
const busOffset = 10_000;

/** Both below those that the system gives to outgoing connections: they must still be free when the server comes back. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 2_700);
    if ((await isFree(port)) && (await isFree(port + busOffset))) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
    return true;
  } catch {
    // Somebody else listens there.
    return false;
  } finally {
    server.close();
  }
}
