import type { NotificationStatus } from "@callboard/core";
import { DeliveryError } from "@callboard/core/adapter";
import { describe, expect, test } from "vitest";
import { chatTransport, onStage, type Stage, type Worker, withVerbs } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";
import { failure } from "./queue-stage.js";

type Request = Parameters<Worker["callboard"]["notifications"]["replay"]>[0];
type Decision = Parameters<Worker["callboard"]["notifications"]["replay"]>[1];

const minute = 60_000;
const refusal = {
  failureClass: "permanent-request",
  providerCode: "132",
  hint: "Mend the message.",
} as const;
const mended = { reason: "The message is mended.", by: "hanna" };

/** A worker whose provider has refused one notification for each of `people`. */
async function withFailed(stage: Stage, { people = 1, ...request }: Parameters<Stage["queue"]>[1] = {}) {
  const worker = await stage.started();
  worker.transport.failNext(refusal, people);
  const ids = await stage.queue(worker, { people, ...request });
  await untilAll(stage, ids, "failed");
  return { worker, ids, notifications: worker.callboard.notifications };
}

async function untilAll(stage: Stage, ids: readonly string[], status: NotificationStatus): Promise<void> {
  await stage.until(async () =>
    (await stage.storage.notifications.getMany(ids)).every((one) => one.status === status),
  );
}

describe.each(storageKinds)("on $name", { timeout: 60_000 }, (kind) => {
  test(
    "replay() refuses what failed of a forgotten person, and says that nothing is left to send",
    onStage(kind, {}, async (stage) => {
      const { worker, ids, notifications } = await withFailed(stage);
      await worker.callboard.forgetUser("user-1");
      const { replayed, refused } = await notifications.replay({ ids }, mended);
      expect(replayed).toBe(0);
      expect(refused).toMatchObject([
        { id: ids[0], status: "failed", hint: expect.stringContaining("nothing left to send") },
      ]);
      expect(worker.transport.sent).toHaveLength(1);
    }),
  );

  test(
    "replay() has a failed notification sent once more with fresh counters, and keeps why and by whom",
    onStage(kind, {}, async (stage) => {
      const { worker, ids, notifications } = await withFailed(stage);
      const retrying: string[] = [];
      worker.callboard.observe(
        "notification.retrying",
        ({ notification }) => void retrying.push(notification.id),
      );
      await stage.clock.advance(minute);
      const replayedAt = stage.clock.now();
      expect(await notifications.replay({ ids }, mended)).toEqual({ replayed: 1, refused: [] });
      await untilAll(stage, ids, "sent");
      expect(await stage.get(ids[0]!)).toMatchObject({
        attempts: 1,
        crashes: 0,
        uncertainties: 0,
        failure: null,
        replayedAt,
      });
      expect(worker.transport.sent).toHaveLength(2);
      expect((await stage.attemptsOf(ids[0]!)).map(({ outcome }) => outcome)).toEqual([
        "permanent-request",
        "accepted",
      ]);
      expect(await stage.storage.notifications.interventionsOf(ids)).toEqual([
        {
          notificationId: ids[0],
          action: "replayed",
          from: "failed",
          to: "pending",
          ...mended,
          at: replayedAt,
        },
      ]);
      expect(retrying).toEqual(ids);
    }),
  );

  test(
    "replay() by a filter sends those that fit all of it, and no other",
    onStage(kind, { people: 3 }, async (stage) => {
      const { worker, notifications } = await withFailed(stage, { people: 2 });
      await stage.clock.advance(minute);
      const from = stage.clock.now();
      worker.transport.failNext({ ...refusal, providerCode: "999" });
      const request = { template: "invoice", userIds: ["user-3"], relatedContact: { id: "c-7" } } as const;
      const { queued, batchId } = await worker.callboard.queueNotificationsToUsers({
        ...request,
        context: { order: "SO-1" },
      });
      const ids = queued.map(({ id }) => id);
      await untilAll(stage, ids, "failed");
      const nothing: Request[] = [
        { template: "order", from },
        { template: "invoice", until: from },
        { template: "invoice", userId: "user-1" },
        { channel: "chat", providerCode: "131" },
        { failureClass: "quarantined" },
        { groupName: "Nobody" },
      ];
      for (const filter of nothing) {
        expect(await notifications.replay(filter, mended)).toEqual({ replayed: 0, refused: [] });
      }
      const one: Request = {
        template: "invoice",
        channel: "chat",
        userId: "user-3",
        batchId,
        relatedContactId: "c-7",
        failureClass: "permanent-request",
        providerCode: "999",
        from,
      };
      expect(await notifications.replay(one, mended)).toEqual({ replayed: 1, refused: [] });
      await untilAll(stage, ids, "sent");
      expect(await stage.counts()).toEqual({ failed: 2, sent: 1 });
    }),
  );

  test(
    "replay() refuses what has expired, what has not failed, and what is not there, each with what to do",
    onStage(kind, { people: 2 }, async (stage) => {
      const expiresAt = new Date(stage.clock.now().getTime() + minute);
      const { worker, ids, notifications } = await withFailed(stage, { people: 1, expiresAt });
      const [waiting = ""] = await stage.queue(worker, {
        userIds: ["user-2"],
        at: new Date("2026-02-01T00:00:00Z"),
      });
      await stage.clock.advance(minute);
      const expired = {
        id: ids[0],
        status: "failed",
        hint: `Its time ran out at ${expiresAt.toISOString()}. Queue a new one if it is wanted still.`,
      };
      const result = await notifications.replay({ ids: [...ids, waiting, "no such id", ...ids] }, mended);
      expect(result.replayed).toBe(0);
      expect(new Set(result.refused)).toEqual(
        new Set([
          expired,
          {
            id: waiting,
            status: "pending",
            hint: "It is pending: only what has failed can be sent once more.",
          },
          {
            id: "no such id",
            status: null,
            hint: "There is no notification of this id. It may have been purged; or correct the id.",
          },
        ]),
      );
      expect(await notifications.replay({}, mended)).toEqual({ replayed: 0, refused: [expired] });
      expect(worker.transport.sent).toHaveLength(1);
      expect(await stage.storage.notifications.interventionsOf(ids)).toEqual([]);
    }),
  );

  test(
    "R28: 1,000 failed ones that two operators replay all at once, then by a filter, are sent once each time",
    onStage(kind, { people: 1_000 }, async (stage) => {
      let isRefusing = true;
      const sends: string[] = [];
      const transport = chatTransport(async ({ notificationId }) => {
        sends.push(notificationId);
        if (isRefusing) throw new DeliveryError("Refused.", refusal);
        return { providerMessageId: `m-${sends.length}` };
      });
      const workers = [await stage.started({ transport }), await stage.started({ transport })];
      const ids = await stage.queue(workers[0]!, { people: 1_000 });
      await untilAll(stage, ids, "failed");

      /** Two operators at the same time, and then everything until it is at rest. */
      const replayByBoth = async (request: Request, end: NotificationStatus) => {
        sends.length = 0;
        const results = await Promise.all(
          workers.map(({ callboard }, index) =>
            callboard.notifications.replay(request, { reason: "Again.", by: `operator-${index}` }),
          ),
        );
        expect(results.reduce((sum, { replayed }) => sum + replayed, 0)).toBe(1_000);
        await untilAll(stage, ids, end);
        expect(sends.toSorted()).toEqual(ids.toSorted());
      };
      await replayByBoth({ ids }, "failed");
      isRefusing = false;
      await replayByBoth({ template: "order", failureClass: "permanent-request" }, "sent");

      const interventions = await stage.storage.notifications.interventionsOf(ids);
      expect(interventions).toHaveLength(2_000);
      expect(new Set(interventions.map(({ reason }) => reason))).toEqual(new Set(["Again."]));
    }),
  );

  test(
    "R28 finds it out when a store replays what somebody else has replayed",
    onStage(kind, {}, async (stage) => {
      const { ids } = await withFailed(stage);
      const { settle, getMany } = stage.storage.notifications;
      const forgetful = withVerbs(stage.storage, {
        async settle(moves) {
          await settle(moves);
          return getMany(moves.map(({ id }) => id));
        },
      });
      const { callboard } = stage.worker({ storage: forgetful });
      const results = await Promise.all([1, 2].map(() => callboard.notifications.replay({ ids }, mended)));
      expect(results.map(({ replayed }) => replayed)).toEqual([1, 1]);
    }),
  );
});

const mistakes: [what: string, request: unknown, decision: unknown, path: string, cure: RegExp][] = [
  ["no decision", {}, undefined, "{ reason }", /must be a string of 1 to 1000 characters/],
  ["no reason", {}, { by: "hanna" }, "{ reason }", /It is kept with each notification/],
  ["an empty reason", {}, { reason: "" }, "{ reason }", /must be a string of 1 to 1000 characters/],
  ["a misspelt decision", {}, { reason: "r", who: "hanna" }, "{ who }", /is no option\. Known: reason, by/],
  ["nobody who decides", {}, { reason: "r", by: "" }, "{ by }", /must be a string of 1 to 255 characters/],
  ["a misspelt filter", { templat: "order" }, mended, "{ templat }", /is no option\. Known: ids, template/],
  [
    "ids and a filter",
    { ids: [], template: "order" },
    mended,
    "{ ids }",
    /Leave out the filters, or the ids/,
  ],
  ["ids that are no list", { ids: "a" }, mended, "{ ids }", /must be an array of strings/],
  ["an empty filter", { userId: "" }, mended, "{ userId }", /must be a string of 1 to 255 characters/],
  [
    "an unknown class",
    { failureClass: "bad" },
    mended,
    "{ failureClass }",
    /must be one of retry, retry-later/,
  ],
  ["a time that is text", { from: "2026-01-01" }, mended, "{ from }", /must be a valid Date/],
  [
    "an empty period",
    { from: new Date(1), until: new Date(1) },
    mended,
    "{ until }",
    /must be later than from/,
  ],
];

test.each(mistakes)(
  "replay() with %s is refused with its path and the cure",
  (_what, request, decision, path, cure) =>
    onStage(storageKinds[0]!, {}, async (stage) => {
      const { notifications } = await withFailed(stage);
      const error = await failure(notifications.replay(request as Request, decision as Decision));
      expect(error).toMatchObject({
        name: "InvalidOptionsError",
        path: `notifications.replay(${path})`,
        message: expect.stringMatching(cure),
      });
      expect(await stage.counts()).toEqual({ failed: 1 });
    })(),
);
