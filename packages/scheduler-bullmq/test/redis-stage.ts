import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import {
  type Clock,
  type RecurringJob,
  recurringJob,
  type Scheduler,
  systemClock,
} from "@callboard/core/adapter";
import { recordingLogger } from "@callboard/testing";
import { Redis, type RedisOptions } from "ioredis";
import { expect, test } from "vitest";
import {
  openRedisServer,
  type RedisServer,
  redisServerAbsent,
} from "../../../tests/experiments/redis-server.js";
import { until } from "../../../tests/experiments/until.js";
import { bullmqScheduler } from "../src/index.js";

/** The machine's own time; to advance it is to wait. */
export const realTime = { ...systemClock, advance: (ms: number) => wait(ms) };

export function newPrefix(): string {
  return `{callboard-test-${crypto.randomUUID()}}`;
}

type Settings = Readonly<Record<string, string>>;

/** A test with a Redis of its own, or none where no Redis can be started. */
export function redisTest(
  title: string,
  run: (server: RedisServer) => Promise<void>,
  options: { readonly settings?: Settings; readonly isUp?: boolean } = {},
): void {
  if (redisServerAbsent !== null)
    return void test.skip(`${title}, left out because ${redisServerAbsent}`, () => {});
  test.concurrent(title, async () => {
    const server = await openRedisServer(options);
    try {
      await run(server);
    } finally {
      await server.close();
    }
  });
}

/** A connection as a host makes it. */
export function connect(url: string, options: RedisOptions = {}): Redis {
  const connection = new Redis(url, { ...options, replyMapping: "legacy" });
  // The host's own business.
  connection.on("error", () => undefined);
  return connection;
}

export async function connected(url: string, options: RedisOptions = {}): Promise<Redis> {
  const connection = connect(url, options);
  await once(connection, "ready");
  return connection;
}

/** A scheduler that rings, and what it rang for. */
export class RingingScheduler {
  readonly ids: string[] = [];
  /** Rings that named no rows. */
  nameless = 0;
  readonly ticks: { readonly job: string; readonly slot: Date }[] = [];
  readonly logger = recordingLogger();

  constructor(
    readonly scheduler: Scheduler,
    private readonly clock: Clock = systemClock,
  ) {}

  async start(): Promise<this> {
    await this.scheduler.start({
      clock: this.clock,
      logger: this.logger,
      onWake: async (ids) => {
        this.ids.push(...ids);
        if (ids.length === 0) this.nameless += 1;
      },
      onTick: async (tick) => void this.ticks.push(tick),
    });
    return this;
  }

  every(job: Omit<RecurringJob, "timetable">): Promise<void> {
    return this.scheduler.every(recurringJob(job));
  }

  /** Asks for a ring until there is one: while Redis is out of order, `wake` may reject. */
  async rings(): Promise<void> {
    const id = crypto.randomUUID();
    await until("it rings", async () => {
      if (!this.ids.includes(id)) await this.scheduler.wake([id], systemClock.now());
      await until("for this id", () => this.ids.includes(id), { withinMs: 300 });
      return true;
    });
  }

  /** The messages of the log, each with its level. */
  get log(): string[] {
    const told = this.logger.entries.filter(({ level }) => level !== "debug");
    return told.map(({ level, message }) => `${level}: ${message}`);
  }
}

/** A host's connection and a scheduler on it, until `run` ends. */
export async function withScheduler(
  connection: Redis,
  run: (ringing: RingingScheduler) => Promise<void>,
  { prefix = newPrefix(), clock }: { readonly prefix?: string; readonly clock?: Clock } = {},
): Promise<void> {
  const ringing = new RingingScheduler(bullmqScheduler({ connection, prefix }), clock);
  try {
    await run(await ringing.start());
  } finally {
    await ringing.scheduler.stop({ drainMs: 0 });
    connection.disconnect();
  }
}

export const outage =
  "warn: Redis does not serve wake-ups; the sweep delivers meanwhile, some seconds later. See to Redis.";
export const recovery = "info: Redis serves wake-ups again";

/** One outage and its end, however often it was noticed. */
export function expectOneOutage({ log }: RingingScheduler): void {
  expect(log).toEqual([outage, recovery]);
}
