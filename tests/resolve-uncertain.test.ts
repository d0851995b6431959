import { describe, expect, test } from "vitest";
import { onStage, receipt, type Stage, type Worker } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";
import { failure } from "./queue-stage.js";

type Options = Parameters<Worker["callboard"]["notifications"]["resolve"]>[1];

const decision = { reason: "They called.", by: "hanna" };
const lost = { failureClass: "uncertain", hint: "Wait for a receipt." } as const;

/** A worker whose provider has given no answer about notifications that are held. */
async function withHeld(stage: Stage, people = 1) {
  const worker = await stage.started();
  worker.transport.failNext(lost, people);
  const ids = await stage.queue(worker, { people, onUncertain: "hold" });
  await stage.until(async () => (await stage.counts()).uncertain === people);
  return { worker, ids, id: ids[0]!, notifications: worker.callboard.notifications };
}

describe.each(storageKinds)("on $name", (kind) => {
  test(
    'resolve() as "told" makes it sent without sending anything, and a receipt brings it on',
    onStage(kind, {}, async (stage) => {
      const { worker, id, notifications } = await withHeld(stage);
      const sent: string[] = [];
      worker.callboard.observe("notification.sent", ({ notification }) => void sent.push(notification.id));
      const result = await notifications.resolve([id], { as: "told", ...decision });
      expect(result).toEqual({ resolved: [{ id, userId: "user-1" }], refused: [] });
      expect(await stage.get(id)).toMatchObject({ status: "sent", attempts: 1, failure: null });
      expect(sent).toEqual([id]);
      expect(await stage.storage.notifications.interventionsOf([id])).toMatchObject([
        { action: "resolved", from: "uncertain", to: "sent", ...decision },
      ]);
      const [{ attemptId } = { attemptId: null }] = worker.transport.sent;
      await stage.report(worker, receipt("m-1", "delivered", { attemptId }));
      expect(await stage.get(id)).toMatchObject({ status: "delivered" });
      expect(worker.transport.sent).toHaveLength(1);
    }),
  );

  test(
    'resolve() as "resend" has it sent once more, though it is held',
    onStage(kind, {}, async (stage) => {
      const { worker, id, notifications } = await withHeld(stage);
      await notifications.resolve([id], { as: "resend", ...decision });
      await stage.until(async () => (await stage.get(id)).status === "sent");
      expect(worker.transport.sent).toHaveLength(2);
    }),
  );

  test(
    'resolve() as "give-up" ends it as failed, from where it can be replayed',
    onStage(kind, {}, async (stage) => {
      const { worker, id, notifications } = await withHeld(stage);
      await notifications.resolve([id], { as: "give-up", ...decision });
      expect(await stage.get(id)).toMatchObject({ status: "failed", failure: { failureClass: "uncertain" } });
      expect(worker.transport.sent).toHaveLength(1);
      expect(await notifications.replay({ ids: [id] }, decision)).toMatchObject({ replayed: 1 });
      await stage.until(async () => (await stage.get(id)).status === "sent");
    }),
  );

  test(
    "resolve() of what is not uncertain, or not there, says so and changes nothing; of two who resolve, one does",
    onStage(kind, { people: 2 }, async (stage) => {
      const { worker, ids, notifications } = await withHeld(stage, 2);
      const [first = "", second = ""] = ids;
      const both = await Promise.all([
        notifications.resolve([first], { as: "told", ...decision }),
        notifications.resolve([first], { as: "give-up", ...decision }),
      ]);
      expect(both.map(({ resolved }) => resolved.length).toSorted()).toEqual([0, 1]);
      const { status } = await stage.get(first);
      const again = await notifications.resolve([first, second, "no such id"], { as: "resend", ...decision });
      expect(again.resolved).toEqual([{ id: second, userId: "user-2" }]);
      expect(again.refused).toEqual([
        { id: first, status, hint: `It is ${status}, not uncertain: nothing needs to be decided.` },
        {
          id: "no such id",
          status: null,
          hint: expect.stringContaining("There is no notification of this id"),
        },
      ]);
      await stage.until(async () => (await stage.get(second)).status === "sent");
      expect(worker.transport.sent).toHaveLength(3);
      expect(await stage.storage.notifications.interventionsOf([first])).toHaveLength(1);
    }),
  );
});

const mistakes: [what: string, ids: unknown, options: unknown, path: string, cure: RegExp][] = [
  ["no list", "a", { as: "told", ...decision }, "{ ids }", /must be an array of strings/],
  ["nothing", undefined, { as: "told", ...decision }, "{ ids }", /must be an array of strings/],
  ["an id that is a number", [7], { as: "told", ...decision }, "{ ids[0] }", /must be a string of 1 to 255/],
  ["no outcome", [], decision, "{ as }", /must be one of told, resend, give-up/],
  ["an unknown outcome", [], { as: "sent", ...decision }, "{ as }", /must be one of told, resend, give-up/],
  ["no options", [], undefined, "{ as }", /must be one of told, resend, give-up/],
  ["no reason", [], { as: "told" }, "{ reason }", /must be a string of 1 to 1000 characters/],
  [
    "a misspelt option",
    [],
    { as: "told", reasons: "r" },
    "{ reasons }",
    /is no option\. Known: as, reason, by/,
  ],
];

test.each(mistakes)(
  "resolve() with %s is refused with its path and the cure",
  (_what, ids, options, path, cure) =>
    onStage(storageKinds[0]!, {}, async (stage) => {
      const { notifications } = stage.worker().callboard;
      const error = await failure(notifications.resolve(ids as string[], options as Options));
      expect(error).toMatchObject({
        name: "InvalidOptionsError",
        path: `notifications.resolve(${path})`,
        message: expect.stringMatching(cure),
      });
    })(),
);
