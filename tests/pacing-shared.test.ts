import { setImmediate } from "node:timers/promises";
import type { LimiterFactory, RateLimiter } from "@callboard/core";
import { describe, expect, test } from "vitest";
import { addressOf, onStage, type Stage, type Worker } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";
import { limiterServers } from "./pacing-servers.js";
import { commonLimiters, excessOf, mostWithin, pacedTransport, type Send } from "./pacing-stage.js";

const perRecipient = { burst: 10, everyMs: 1_000 };
const pacing = { senderKey: "1", perSecond: 80, perRecipient };
const [memory] = storageKinds;

describe.each(limiterServers)("in $name", ({ open }) => {
  test("two processes keep to the limits of sender and person together", () =>
    withServer(open, { people: 100 }, async ({ stage, server, calls, until }) => {
      const sends: Send[] = [];
      const workers: Worker[] = [];
      for (let number = 0; number < 2; number += 1) {
        const transport = pacedTransport(stage.clock, pacing, sends);
        workers.push(await stage.started({ transport, rateLimiter: calls.watch(await server.connect()) }));
      }
      for (const worker of workers) {
        await stage.queue(worker, { people: 100 });
        await storm(stage, worker, 20);
      }
      await until(() => sends.length === 240);
      // Apart, two processes would send 160 in the first second.
      expect(mostWithin(1_000, sends)).toBeLessThanOrEqual(120);
      expect(excessOf(perRecipient, toStormed(sends))).toBe(0);
      expect(logged(stage)).toEqual([]);
    }));

  test("a server that is emptied in between lets no process send more than it may", () =>
    withServer(open, { people: 100 }, async ({ stage, server, calls, until }) => {
      const transport = pacedTransport(stage.clock, pacing);
      const worker = await stage.started({ transport, rateLimiter: calls.watch(await server.connect()) });
      await stage.queue(worker, { people: 100 });
      let queued = 100;
      for (let round = 1; round <= 20; round += 1) {
        await server.empty();
        // Whatever is free goes at once.
        await storm(stage, worker, 4);
        queued += 4;
        const atMs = stage.clock.now().getTime();
        await until(() => stage.clock.now().getTime() >= atMs + 1_500);
      }
      await until(() => transport.sends.length >= queued);
      expect(new Set(transport.sends.map(({ notificationId }) => notificationId)).size).toBe(queued);
      expect(transport.sends).toHaveLength(queued);
      expect(excessOf(perRecipient, toStormed(transport.sends))).toBe(0);
      expect(mostWithin(1_000, transport.sends)).toBeLessThanOrEqual(120);
    }));

  test("a server that is emptied between two windows of ten seconds lets nobody have two bursts", () =>
    withServer(open, { people: 1 }, async ({ stage, server, calls, until }) => {
      const transport = pacedTransport(stage.clock, pacing);
      const worker = await stage.started({ transport, rateLimiter: calls.watch(await server.connect()) });
      const windowMs = perRecipient.burst * perRecipient.everyMs;
      await until(() => stage.clock.now().getTime() % windowMs >= windowMs - 500);
      await storm(stage, worker, 10);
      await until(() => transport.sends.length === 10);
      await server.empty();
      await until(() => stage.clock.now().getTime() % windowMs < 500);
      await storm(stage, worker, 10);
      await until(() => transport.sends.length === 20);
      expect(excessOf(perRecipient, transport.sends)).toBe(0);
    }));

  test("while the server is down each process counts for itself, says so once, and comes back by itself", () =>
    withServer(open, { people: 200 }, async ({ stage, server, calls, until }) => {
      const transport = pacedTransport(stage.clock, pacing);
      const worker = await stage.started({ transport, rateLimiter: calls.watch(await server.connect()) });
      await stage.queue(worker, { people: 200 });
      await until(() => transport.sends.length >= 40);
      await server.goDown();
      await storm(stage, worker, 60);
      await until(() => transport.sends.length >= 225);
      expect(logged(stage)).toEqual(["warn: the shared rate limiter does not answer"]);
      await server.comeUp();
      await until(() => transport.sends.length >= 260);
      await until(() => logged(stage).length > 1);
      expect(logged(stage)[1]).toBe("info: the shared rate limiter answers again");
      expect(logged(stage)).toHaveLength(2);
      expect(transport.sends).toHaveLength(260);
      expect(excessOf(perRecipient, toStormed(transport.sends))).toBe(0);
      expect(mostWithin(1_000, transport.sends)).toBeLessThanOrEqual(120);
      const rows = await stage.all();
      expect(new Set(rows.map(({ attempts }) => attempts))).toEqual(new Set([1]));
    }));
});

test(
  "a limiter that never answers holds up sending for a quarter of a second, once",
  onStage(memory!, { people: 100 }, async (stage) => {
    const silent = () => new Promise<never>(() => undefined);
    const transport = pacedTransport(stage.clock, pacing);
    const rateLimiter: LimiterFactory = () => ({ consume: silent, reward: silent, get: silent });
    const worker = await stage.started({ transport, rateLimiter });
    const queuedMs = stage.clock.now().getTime();
    await stage.queue(worker, { people: 100 });
    await stage.until(() => transport.sends.length === 100, { stepMs: 50 });
    // 80 in a second, and what was waited for.
    expect(transport.sends.at(-1)!.atMs - queuedMs).toBeLessThanOrEqual(2_000);
    expect(logged(stage)).toEqual(["warn: the shared rate limiter does not answer"]);
  }),
);

test.each<[what: string, limiter: RateLimiter]>([
  ["throws at once", limiterOf(() => expect.unreachable())],
  ["answers with no number", limiterOf(async () => ({}) as never)],
  ["rejects with nothing", limiterOf(() => Promise.reject(undefined))],
  ["rejects with a text", limiterOf(() => Promise.reject("no"))],
])("a limiter that %s is done without, and nothing is lost", (_, limiter) =>
  onStage(memory!, { people: 50 }, async (stage) => {
    const transport = pacedTransport(stage.clock, pacing);
    const worker = await stage.started({ transport, rateLimiter: () => limiter });
    await stage.queue(worker, { people: 50 });
    await stage.until(() => transport.sends.length === 50, { stepMs: 50 });
    await stage.clock.advance(10_000);
    expect(transport.sends).toHaveLength(50);
    expect(mostWithin(1_000, transport.sends)).toBeLessThanOrEqual(100);
    expect(logged(stage)).toEqual(["warn: the shared rate limiter does not answer"]);
  })(),
);

test(
  "a limiter that blocks a key without counting grants nothing until it counts again",
  onStage(memory!, { people: 50 }, async (stage) => {
    const common = commonLimiters();
    let isBlocked = true;
    const transport = pacedTransport(stage.clock, { senderKey: "1", perSecond: 80 });
    const rateLimiter: LimiterFactory = (limits) => ({
      consume: (key, points) =>
        isBlocked ? Promise.reject({ consumedPoints: 0 }) : common(limits).consume(key, points),
      reward: (key, points) => common(limits).reward(key, points),
      get: (key) => common(limits).get(key),
    });
    const worker = await stage.started({ transport, rateLimiter });
    await stage.queue(worker, { people: 50 });
    await stage.clock.advance(3_000);
    expect(transport.sends).toEqual([]);
    isBlocked = false;
    await stage.until(() => transport.sends.length === 50, { stepMs: 50 });
    expect(logged(stage)).toEqual([]);
  }),
);

test(
  "no address leaves for the limiter",
  onStage(memory!, { people: 3 }, async (stage) => {
    const keys: string[] = [];
    const common = commonLimiters();
    const rateLimiter: LimiterFactory = (limits) => ({
      consume(key, points) {
        keys.push(key);
        return common(limits).consume(key, points);
      },
      reward: (key, points) => common(limits).reward(key, points),
      get(key) {
        keys.push(key);
        return common(limits).get(key);
      },
    });
    const transport = pacedTransport(stage.clock, pacing);
    const worker = await stage.started({ transport, rateLimiter });
    await stage.queue(worker, { people: 3 });
    await stage.until(() => transport.sends.length === 3);
    expect(keys.length).toBeGreaterThan(6);
    for (const { to } of transport.sends) expect(keys.join("\n")).not.toContain(to);
    // As long as a key of any store may be, with the longest sender.
    expect(Math.max(...keys.map((key) => key.length))).toBeLessThan(70);
  }),
);

async function storm(stage: Stage, worker: Worker, count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1) await stage.queueOne(worker, { userIds: ["user-1"] });
}

function toStormed(sends: readonly Send[]): Send[] {
  return sends.filter(({ to }) => to === addressOf(1));
}

function limiterOf(answer: () => Promise<never>): RateLimiter {
  return { consume: answer, reward: answer, get: answer };
}

/** What was said of the limiter: the level, and the message up to its first semicolon. */
function logged({ logger }: Stage): string[] {
  return logger.entries
    .filter(({ message }) => message.includes("rate limiter"))
    .map(({ level, message }) => `${level}: ${message.split(";")[0]}`);
}

interface WithServer {
  readonly stage: Stage;
  readonly server: Awaited<ReturnType<(typeof limiterServers)[number]["open"]>>;
  readonly calls: Calls;
  /** Moves the time on, and waits for the server's answers in between, until `condition` holds. */
  readonly until: (condition: () => boolean) => Promise<void>;
}

async function withServer(
  open: (typeof limiterServers)[number]["open"],
  { people }: { readonly people: number },
  run: (surroundings: WithServer) => Promise<void>,
): Promise<void> {
  const server = await open();
  try {
    await onStage(memory!, { people }, async (stage) => {
      const calls = new Calls();
      const until = async (condition: () => boolean) => {
        for (let step = 0; step < 2_000; step += 1) {
          await calls.answered();
          if (condition()) return;
          // Less than a limiter has for its answer, which takes real time and none of the stage's.
          await stage.clock.advance(100);
        }
        throw new Error(`This never came true: ${condition}; ${JSON.stringify(await stage.counts())}`);
      };
      await run({ stage, server, calls, until });
    })();
  } finally {
    await server.close();
  }
}

/** Knows how many questions a server has not answered yet. */
class Calls {
  #open = 0;

  watch(factory: LimiterFactory): LimiterFactory {
    return (limits) => {
      const limiter = factory(limits);
      const counted = async <Answer>(call: Promise<Answer>) => {
        this.#open += 1;
        try {
          return await call;
        } finally {
          this.#open -= 1;
        }
      };
      return {
        consume: (key, points) => counted(limiter.consume(key, points)),
        reward: (key, points) => counted(limiter.reward(key, points)),
        get: (key) => counted(limiter.get(key)),
      };
    };
  }

  /** Resolves when there has been no open question for a few turns of the event loop. */
  async answered(): Promise<void> {
    for (let quiet = 0; quiet < 20; quiet += 1) {
      if (this.#open > 0) quiet = 0;
      await setImmediate();
    }
  }
}
