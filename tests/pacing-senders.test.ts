import { DeliveryError } from "@callboard/core";
import { describe, expect, test } from "vitest";
import { onStage, peopleUpTo } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";
import { commonLimiters, mostWithin, pacedTransport, type Send } from "./pacing-stage.js";

const pacing = { senderKey: "1", perSecond: 80 };
const memory = storageKinds.filter(({ name }) => name === "memory");

describe.each(storageKinds)("on $name", (kind) => {
  test(
    "R24 2,000 messages that met an outage of a minute leave at the sender's pace, and none spent an attempt on it",
    onStage(kind, { people: 2_000 }, async (stage) => {
      const down = pacedTransport(stage.clock, pacing);
      const upAt = stage.clock.now().getTime() + 60_000;
      const transport = {
        ...down,
        send: (...message: Parameters<typeof down.send>) => {
          const answer = down.send(...message);
          return stage.clock.now().getTime() < upAt ? answer.then(refuse) : answer;
        },
      };
      const worker = await stage.started({ transport });
      await stage.queue(worker, { people: 2_000 });
      await stage.until(() => stage.clock.now().getTime() >= upAt, { stepMs: 1_000 });
      const inVain = down.sends.length;
      // Those that were under way together when it began, and then at most one probe in a second.
      expect(inVain).toBeLessThanOrEqual(20 + 60);
      await stage.until(async () => (await stage.counts()).sent === 2_000, { stepMs: 1_000 });
      const after = down.sends.slice(inVain);
      expect(after).toHaveLength(2_000);
      // A quarter more than 80, and the probe.
      expect(mostWithin(1_000, after)).toBeLessThanOrEqual(101);
      // No herd: 3 % of them at most in any tenth of a second.
      expect(mostWithin(100, after)).toBeLessThanOrEqual(60);
      // From the second message on: the first is the probe. At nine tenths of the pace or more.
      expect(after.at(-1)!.atMs - after[1]!.atMs).toBeLessThanOrEqual((2_000 / 80 / 0.9) * 1_000);
      const rows = await stage.storage.notifications.count({ from: new Date(0) });
      expect(rows.map(({ status }) => status)).toEqual(["sent"]);
      const attempts = (await stage.all()).map(({ attempts }) => attempts);
      expect(new Set(attempts)).toEqual(new Set([1]));
    }),
    60_000,
  );
});

describe.each(memory)("on $name", (kind) => {
  test(
    "R26 ten urgent messages leave within two seconds while 5,000 others wait for the sender",
    onStage(kind, { people: 5_010 }, async (stage) => {
      const transport = pacedTransport(stage.clock, pacing);
      const worker = await stage.started({ transport });
      const people = peopleUpTo(5_010);
      await stage.queue(worker, { userIds: people.slice(0, 2_500), priority: "low" });
      await stage.queue(worker, { userIds: people.slice(2_500, 5_000) });
      await stage.clock.advance(5_000);
      const askedMs = stage.clock.now().getTime();
      const urgent = new Set(await stage.queue(worker, { userIds: people.slice(5_000), priority: "high" }));
      await stage.clock.advance(10_000);
      const sends = transport.sends.filter(({ notificationId }) => urgent.has(notificationId));
      expect(sends).toHaveLength(10);
      expect(Math.max(...sends.map(({ atMs }) => atMs)) - askedMs).toBeLessThanOrEqual(2_000);
      expect(mostWithin(1_000, transport.sends)).toBeLessThanOrEqual(100);
      expect(transport.sends.length).toBeGreaterThan(15 * 80 * 0.9);
    }),
  );

  test.each([1, 3, 80, 999])(
    "a sender of %i in a second sends as many, and at most a quarter more",
    (perSecond) =>
      onStage(kind, { people: 1_000 }, async (stage) => {
        const transport = pacedTransport(stage.clock, { senderKey: "1", perSecond });
        const worker = await stage.started({ transport, dispatch: { concurrency: 1_000 } });
        const startMs = stage.clock.now().getTime();
        await stage.queue(worker, { people: Math.min(1_000, 5 * perSecond) });
        await stage.until(async () => (await stage.counts()).pending === undefined, { stepMs: 250 });
        expect(mostWithin(1_000, transport.sends)).toBeLessThanOrEqual(perSecond + Math.ceil(perSecond / 4));
        const tookMs = transport.sends.at(-1)!.atMs - startMs;
        expect(tookMs).toBeLessThanOrEqual((Math.min(1_000, 5 * perSecond) / perSecond) * 1_000);
      })(),
  );

  test(
    "two processes with one limiter keep to a sender's limit together, and without it they break it",
    onStage(kind, { people: 200 }, async (stage) => {
      const most = [];
      for (const rateLimiter of [commonLimiters(), undefined]) {
        const sends: Send[] = [];
        const workers = [];
        for (let number = 0; number < 2; number += 1) {
          const transport = pacedTransport(stage.clock, pacing, sends);
          workers.push(await stage.started({ transport, ...(rateLimiter && { rateLimiter }) }));
        }
        for (const worker of workers) await stage.queue(worker, { people: 200 });
        await stage.until(() => sends.length === 400, { stepMs: 250 });
        most.push(mostWithin(1_000, sends));
        for (const worker of workers) await stage.stop(worker);
      }
      expect(most[0]).toBeLessThanOrEqual(100);
      expect(most[1]).toBeGreaterThan(120);
    }),
  );

  test(
    "a worker with nothing to send asks its limiter once in a sweep",
    onStage(kind, { people: 1 }, async (stage) => {
      let asked = 0;
      const make = commonLimiters();
      const worker = await stage.started({
        transport: pacedTransport(stage.clock, pacing),
        rateLimiter: (limits) => {
          const limiter = make(limits);
          return {
            consume: (key, points) => {
              asked += 1;
              return limiter.consume(key, points);
            },
            reward: (key, points) => limiter.reward(key, points),
            get: (key) => limiter.get(key),
          };
        },
      });
      await stage.queueOne(worker);
      await stage.until(async () => (await stage.counts()).sent === 1);
      const before = asked;
      await stage.clock.advance(60_000);
      // Once in a sweep, which looks for what is due every five seconds.
      expect(asked - before).toBeLessThanOrEqual(15);
    }),
  );
});

function refuse(): never {
  throw new DeliveryError("The provider is down.", {
    failureClass: "sender",
    hint: "Wait until it is up again.",
  });
}
