import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressOf, onStage, peopleUpTo, type Stage, type Worker, withVerbs } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";
import { byPerson, commonLimiters, excessOf, mostWithin, pacedTransport, type Send } from "./pacing-stage.js";

const perRecipient = { burst: 45, everyMs: 6_000 };
const pacing = { senderKey: "1", perSecond: 80, perRecipient };
const memory = storageKinds.filter(({ name }) => name === "memory");

describe.each(storageKinds)("on $name", (kind) => {
  test(
    "R25 200 messages to one person go as a burst and then one by one, and 200 to others are not held up",
    onStage(kind, { people: 201 }, async (stage) => {
      const transport = pacedTransport(stage.clock, pacing);
      const worker = await stage.started({ transport });
      await storm(stage, worker, 200);
      await stage.queue(worker, { userIds: others(200) });
      const startedMs = stage.clock.now().getTime();
      await stage.until(async () => (await stage.counts()).sent === 400, { stepMs: 1_000 });
      const people = byPerson(transport.sends);
      const stormed = people.get(addressOf(1)) ?? [];
      expect(stormed).toHaveLength(200);
      expect(mostWithin(1_000, stormed)).toBeLessThanOrEqual(45);
      expect(excessOf(perRecipient, stormed)).toBe(0);
      // One window later at most than without a pause after the burst, and at most a fortieth slower.
      expect(stormed.at(-1)!.atMs - stormed[0]!.atMs).toBeLessThan(270_000 + 155 * 6_150 + 6_000);
      const late = transport.sends
        .filter(({ to }) => to !== addressOf(1))
        .map(({ atMs }) => atMs - startedMs);
      // Alone they need 2.5 s, at 80 in a second.
      expect(Math.max(...late)).toBeLessThanOrEqual(5_000);
      const attempts = await stage.storage.notifications.attemptsOf((await stage.all()).map(({ id }) => id));
      expect(attempts).toHaveLength(400);
    }),
  );
});

describe.each(memory)("on $name", (kind) => {
  test(
    "without limits the same storm breaks the bound",
    onStage(kind, { people: 1 }, async (stage) => {
      const transport = pacedTransport(stage.clock, undefined);
      const worker = await stage.started({ transport });
      await storm(stage, worker, 200);
      await stage.until(async () => (await stage.counts()).sent === 200, { stepMs: 1_000 });
      expect(excessOf(perRecipient, transport.sends)).toBeGreaterThan(100);
    }),
  );

  test(
    "a message that waits for its person is claimed twice: once to learn its time, and once to be sent",
    onStage(kind, { people: 1 }, async (stage) => {
      const claims = new Map<string, number>();
      const storage = withVerbs(stage.storage, {
        async claim(request) {
          const rows = await stage.storage.notifications.claim(request);
          for (const { id } of rows) claims.set(id, (claims.get(id) ?? 0) + 1);
          return rows;
        },
      });
      const worker = await stage.started({ transport: pacedTransport(stage.clock, pacing), storage });
      await storm(stage, worker, 400);
      await stage.until(async () => (await stage.counts()).sent === 400, { stepMs: 5_000 });
      expect(Math.max(...claims.values())).toBe(2);
    }),
  );

  test(
    "urgent messages overtake those that wait for the same person, and these still go",
    onStage(kind, { people: 1 }, async (stage) => {
      const transport = pacedTransport(stage.clock, pacing);
      const worker = await stage.started({ transport });
      await storm(stage, worker, 150);
      await stage.until(() => transport.sends.length >= 45, { stepMs: 250 });
      const urgent = new Set(await storm(stage, worker, 5, "high"));
      await stage.until(async () => (await stage.counts()).sent === 155, { stepMs: 1_000 });
      const places = transport.sends.flatMap(({ notificationId }, index) =>
        urgent.has(notificationId) ? index : [],
      );
      expect(places.at(-1)!).toBeLessThan(45 + 2 * 5);
    }),
  );

  test(
    "two processes with one limiter keep to one person's limit together",
    onStage(kind, { people: 1 }, async (stage) => {
      const sends: Send[] = [];
      const rateLimiter = commonLimiters();
      const limits = { senderKey: "1", perRecipient };
      const process = () =>
        stage.worker({ transport: pacedTransport(stage.clock, limits, sends), rateLimiter });
      const workers = [process(), process()];
      await workers[0]!.callboard.templates.load();
      await storm(stage, workers[0]!, 120);
      // Both find all of it due.
      await Promise.all(workers.map(({ callboard }) => callboard.start()));
      await stage.until(async () => (await stage.counts()).sent === 120, { stepMs: 1_000 });
      expect(excessOf(perRecipient, sends)).toBe(0);
      // As fast as one process would.
      expect(sends.at(-1)!.atMs - sends[0]!.atMs).toBeLessThan(270_000 + 75 * 6_150 + 12_000);
    }),
  );

  test(
    "a clock that was an hour fast and is set right keeps nobody waiting for that hour",
    onStage(kind, { people: 1 }, async (stage) => {
      let fastMs = 3_600_000;
      const clock = {
        ...stage.clock,
        now: () => new Date(stage.clock.now().getTime() + fastMs),
        pendingTimers: 0,
      };
      const transport = pacedTransport(stage.clock, pacing);
      const worker = await stage.started({ transport, clock });
      await storm(stage, worker, 60);
      await stage.until(() => transport.sends.length >= 45, { stepMs: 250 });
      fastMs = 0;
      await storm(stage, worker, 60);
      const setRightMs = stage.clock.now().getTime();
      await stage.until(() => transport.sends.length === 120, { stepMs: 1_000 });
      expect(transport.sends.at(-1)!.atMs - setRightMs).toBeLessThan(270_000 + 75 * 6_150 + 12_000);
    }),
  );

  test("whatever comes when, no stretch of time sees more than the limits, and everything goes once", () =>
    fc.assert(
      fc.asyncProperty(
        fc.record({
          perSecond: fc.integer({ min: 1, max: 9 }),
          perRecipient: fc.record({
            burst: fc.integer({ min: 1, max: 6 }),
            everyMs: fc.integer({ min: 1, max: 4_000 }),
          }),
        }),
        fc.array(
          fc.record({
            afterMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 12_000 })),
            person: fc.integer({ min: 1, max: 3 }),
            count: fc.integer({ min: 1, max: 5 }),
            priority: fc.constantFrom("high", "normal", "low"),
          }),
          { maxLength: 12 },
        ),
        async (limits, arrivals) =>
          onStage(kind, { people: 3 }, async (stage) => {
            const transport = pacedTransport(stage.clock, { senderKey: "1", ...limits });
            const worker = await stage.started({ transport, dispatch: { sweepMs: 1_000 } });
            let queued = 0;
            for (const { afterMs, person, count, priority } of arrivals) {
              await stage.clock.advance(afterMs);
              await storm(stage, worker, count, priority, `user-${person}`);
              queued += count;
            }
            await stage.until(() => transport.sends.length >= queued, { stepMs: 1_000 });
            await stage.clock.advance(60_000);
            expect(new Set(transport.sends.map(({ notificationId }) => notificationId)).size).toBe(queued);
            expect(transport.sends).toHaveLength(queued);
            for (const sends of byPerson(transport.sends).values()) {
              expect(excessOf(limits.perRecipient, sends)).toBe(0);
            }
            expect(mostWithin(1_000, transport.sends)).toBeLessThanOrEqual(
              limits.perSecond + Math.ceil(limits.perSecond / 4),
            );
          })(),
      ),
      { numRuns: 150 },
    ));
});

/** So many messages to one person, each from a call of its own. */
async function storm(
  stage: Stage,
  worker: Worker,
  count: number,
  priority: "high" | "normal" | "low" = "normal",
  person = "user-1",
): Promise<string[]> {
  const ids: string[] = [];
  for (let left = count; left > 0; left -= 1) {
    ids.push(await stage.queueOne(worker, { userIds: [person], priority }));
  }
  return ids;
}

function others(count: number): string[] {
  return peopleUpTo(count + 1).slice(1);
}
