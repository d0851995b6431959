import type { RedisServer } from "./redis-server.ts";
import type { TcpProxy } from "./tcp-proxy.ts";

/** Something that happens to a Redis server for a while. */
export interface Sickness {
  readonly name: string;
  /** As in the server's configuration file. @default none */
  readonly settings?: Readonly<Record<string, string>>;
  /** Whether the server is down when the processes begin. @default false */
  readonly isDownAtBoot?: boolean;
  /** How often it begins and ends. @default 1 */
  readonly times?: number;
  /** Whether the server still does what it is asked, so that nobody finds it unwell. @default false */
  readonly goesUnnoticed?: boolean;
  readonly begin: (world: SickWorld) => Promise<unknown>;
  readonly end: (world: SickWorld) => Promise<unknown>;
}

/** The server, and what stands between it and every process. */
export interface SickWorld {
  readonly server: RedisServer;
  readonly proxy: TcpProxy;
}

const downAtBoot: Sickness = {
  name: "down when the processes start",
  isDownAtBoot: true,
  begin: async () => {},
  end: comeUp,
};

export const down: Sickness = {
  name: "down for a while",
  async begin({ server, proxy }) {
    await proxy.refuse();
    await server.kill();
  },
  end: comeUp,
};

async function comeUp({ server, proxy }: SickWorld): Promise<void> {
  await server.start();
  await proxy.accept();
}

/** Behind a load balancer, which takes connections all the same, and closes them without an error. */
export const killedOftenAndEmpty: Sickness = {
  name: "killed and empty again and again",
  times: 5,
  begin: ({ server }) => server.kill(),
  end: ({ server }) => server.start(),
};

/** What a failover leaves to those who were connected to the former master. */
const readOnlyReplica: Sickness = {
  name: "a read-only replica",
  // Of a master that nobody reaches.
  begin: ({ server }) => server.command("replicaof", "127.0.0.1", 1),
  end: ({ server }) => server.command("replicaof", "no", "one"),
};

const otherPassword: Sickness = {
  name: "asking for another password (NOAUTH)",
  async begin({ server, proxy }) {
    await server.command("acl", "setuser", "default", "resetpass");
    // Who is connected already is asked no more.
    proxy.cut();
  },
  end: ({ server }) => server.command("acl", "setuser", "default", "nopass"),
};

const outOfMemory: Sickness = {
  name: "out of memory, under noeviction (OOM)",
  begin: ({ server }) => server.command("config", "set", "maxmemory", 1),
  end: ({ server }) => server.command("config", "set", "maxmemory", 0),
};

/** Other users of the same server need the memory; what goes first is what nobody has looked at lately. */
export const evicting: Sickness = {
  name: "evicting keys under pressure",
  settings: { "maxmemory-policy": "allkeys-lru" },
  goesUnnoticed: true,
  async begin({ server }) {
    const info = String(await server.command("info", "memory"));
    const used = Number(/^used_memory:(\d+)/m.exec(info)?.[1]);
    await server.command("config", "set", "maxmemory", used + 2_000_000);
    await server.command("eval", fill, 0, 2_000, "x".repeat(4_000));
    if (/^evicted_keys:0\b/m.test(String(await server.command("info", "stats"))))
      throw new Error("No key was evicted.");
  },
  async end({ server }) {
    await server.command("config", "set", "maxmemory", 0);
    await server.command("eval", drain, 0, 2_000);
  },
};

const fill = `for key = 1, ARGV[1] do redis.call("set", "others:" .. key, ARGV[2]) end`;
const drain = `for key = 1, ARGV[1] do redis.call("del", "others:" .. key) end`;

/** Packets are dropped: nobody hears anything, and no connection breaks. */
const blackHole: Sickness = {
  name: "behind a link that lets nothing through",
  begin: async ({ proxy }) => proxy.silence(),
  end: async ({ proxy }) => proxy.speak(),
};

export const sicknesses: readonly Sickness[] = [
  ...[downAtBoot, down, killedOftenAndEmpty, readOnlyReplica],
  ...[otherPassword, outOfMemory, evicting, blackHole],
];
