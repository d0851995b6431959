import type { Condition } from "@callboard/core";
import { describe, expect, test } from "vitest";
import { onStage, withVerbs } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";

const minute = 60_000;

describe.each(storageKinds)("on $name", (kind) => {
  test(
    "a notification whose condition says no is cancelled with the reason, told of once, and never sent",
    onStage(kind, { people: 3 }, async (stage) => {
      const told = new Set<string>();
      const worker = await stage.started({ conditions: { stillOpen: () => false } });
      worker.callboard.observe(
        "notification.cancelled",
        ({ notification }) => void told.add(notification.id),
      );
      const ids = await stage.queue(worker, { people: 3, onlyIf: "stillOpen" });
      await stage.until(async () => (await stage.counts()).cancelled === 3);
      await stage.clock.advance(minute);
      expect(worker.transport.sent).toEqual([]);
      expect([...told].toSorted()).toEqual([...ids].toSorted());
      expect(await stage.storage.notifications.interventionsOf([ids[0]!])).toMatchObject([
        { action: "condition", reason: 'The condition "stillOpen" said no.', by: null, to: "cancelled" },
      ]);
      expect(await stage.attemptsOf(ids[0]!)).toEqual([]);
    }),
  );

  test(
    "a condition is asked with the notification right before each send, and again before the send after a failure",
    onStage(kind, { people: 1 }, async (stage) => {
      const asked: string[] = [];
      const stillOpen: Condition = async ({ metadata }) => {
        asked.push(String(metadata?.order));
        return asked.length < 2;
      };
      const worker = await stage.started({ conditions: { stillOpen } });
      worker.transport.failNext({ failureClass: "retry", hint: "Again." });
      const id = await stage.queueOne(worker, { onlyIf: "stillOpen", metadata: { order: "SO-1" } });
      await stage.until(async () => (await stage.get(id)).status === "cancelled", { stepMs: 1_000 });
      expect(asked).toEqual(["SO-1", "SO-1"]);
      expect(worker.transport.sent).toHaveLength(1);
    }),
  );

  test.each([
    {
      what: "throws",
      condition: () => Promise.reject(new Error("The shop is away.")),
      words: "The shop is away.",
    },
    { what: "throws at once", condition: throwing, words: "Not a promise." },
    { what: "never answers", condition: () => new Promise<boolean>(() => {}), words: "within 5000 ms" },
    { what: "forgets its answer", condition: () => undefined as never, words: "not true or false" },
  ])(
    "a notification whose condition $what waits a minute with the reason, spends no attempt, and is asked again",
    ({ condition, words }) =>
      onStage(kind, { people: 2 }, async (stage) => {
        let isMended = false;
        const stillOpen: Condition = () => (isMended ? true : condition());
        const worker = await stage.started({ conditions: { stillOpen } });
        const id = await stage.queueOne(worker, { onlyIf: "stillOpen" });
        await stage.until(async () => (await stage.get(id)).failure !== null, { stepMs: 500 });
        expect(await stage.get(id)).toMatchObject({
          ...{ status: "pending", attempts: 0, crashes: 0 },
          failure: { failureClass: "retry", message: expect.stringContaining(words) },
        });
        isMended = true;
        await stage.clock.advance(minute + 6_000);
        expect(await stage.get(id)).toMatchObject({ status: "sent", attempts: 1 });
      })(),
  );

  test(
    "a condition that this process does not know keeps the notification for one that does",
    onStage(kind, { people: 1 }, async (stage) => {
      const queueing = stage.worker({ conditions: { stillOpen: () => true } });
      await queueing.callboard.templates.load();
      const ignorant = await stage.started();
      const id = await stage.queueOne(queueing, { onlyIf: "stillOpen" });
      await stage.clock.advance(6_000);
      expect((await stage.get(id)).failure?.message).toContain('knows no condition "stillOpen"');
      expect(ignorant.transport.sent).toEqual([]);
      await stage.stop(ignorant);
      const knowing = await stage.started({ conditions: { stillOpen: () => true } });
      await stage.clock.advance(2 * minute);
      expect(knowing.transport.sent).toHaveLength(1);
    }),
  );

  test(
    "a condition that takes its time keeps nothing else waiting, and stop() waits for its answer",
    onStage(kind, { people: 5 }, async (stage) => {
      const answer = Promise.withResolvers<boolean>();
      const worker = await stage.started({ conditions: { slow: () => answer.promise } });
      const slow = await stage.queueOne(worker, { onlyIf: "slow", priority: "high" });
      await stage.queue(worker, { people: 5 });
      await stage.until(async () => (await stage.counts()).sent === 5);
      const stopped = stage.stop(worker, 4_000);
      answer.resolve(true);
      await stopped;
      // It was decided after the process had begun to stop: the next one sends it.
      expect(await stage.get(slow)).toMatchObject({ status: "pending", crashes: 0, attempts: 0 });
    }),
  );

  test(
    "a condition's row that could not be handed back is free when its lease ends",
    onStage(kind, { people: 1 }, async (stage) => {
      let isAway = true;
      const storage = withVerbs(stage.storage, {
        settle: async (...args) => {
          if (isAway) throw new Error("the store is away");
          return stage.storage.notifications.settle(...args);
        },
      });
      const worker = await stage.started({ storage, conditions: { stillOpen: () => false } });
      const id = await stage.queueOne(worker, { onlyIf: "stillOpen" });
      await stage.clock.advance(10);
      expect((await stage.get(id)).status).toBe("sending");
      isAway = false;
      await stage.clock.advance(2 * minute);
      expect(await stage.get(id)).toMatchObject({ status: "cancelled", crashes: 1 });
    }),
  );
});

function throwing(): never {
  throw new Error("Not a promise.");
}
