import { createCallboard } from "@callboard/core";
import { fakeTransport, manualScheduler } from "@callboard/testing";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { onStage, receipt, templates, withVerbs } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";
import { claimAndDie, counted, explained, lines } from "./explain-stage.js";

const minute = 60_000;
const later = {
  failureClass: "retry-later",
  providerCode: "131049",
  hint: "Wait.",
  retryAfterMs: minute,
} as const;

describe.each(storageKinds)("explain() on $name", (kind) => {
  test(
    "explain() of what was retried, sent and delivered tells each step in its order, in lines for people",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const { transport } = worker;
      transport.failNext(later);
      const id = await stage.queueOne(worker, { idempotencyKey: "evt-7", priority: "high" });
      await stage.clock.advance(minute);
      // Looks for what is due as soon as it starts.
      await stage.started({ transport });
      await stage.clock.advance(1_500);
      const happenedAt = new Date("2026-01-01T00:01:01Z");
      await stage.report(worker, transport.receipt("fake-2", "delivered", happenedAt));
      const { text, steps, next, batch, notification, asOf } = await explained(worker, id);
      expect(text).toBe(
        [
          `Notification ${id} for user-1 on chat: delivered at 2026-01-01T00:01:01.500Z.`,
          `2026-01-01T00:00:00.000Z  asked      by the host's code, in batch ${notification.batchId}, for 1 person by user id, under idempotency key evt-7`,
          "2026-01-01T00:00:00.000Z  queued     for user-1, named by user id: order version 1 on chat, high priority",
          "2026-01-01T00:00:00.000Z  attempt 1  begins",
          '2026-01-01T00:00:00.000Z  attempt 1  failed for a longer while (retry-later) after 0 ms, code 131049: "The fake transport was told to fail."',
          "2026-01-01T00:01:00.000Z  attempt 2  begins",
          "2026-01-01T00:01:00.000Z  attempt 2  accepted by the provider after 0 ms, message id fake-2",
          "2026-01-01T00:01:01.500Z  receipt    delivered (attempt 2), at 2026-01-01T00:01:01.000Z by the provider's clock",
          "                          next       nothing more to do: the provider may still report read",
        ].join("\n"),
      );
      expect(steps.map(({ type }) => type)).toEqual([
        "asked",
        "queued",
        "attempt-started",
        "attempt-ended",
        "attempt-started",
        "attempt-ended",
        "receipt",
      ]);
      expect(steps[3]).toMatchObject({
        number: 1,
        outcome: "retry-later",
        providerCode: "131049",
        providerMessageId: null,
        durationMs: 0,
      });
      expect(steps[6]).toMatchObject({ number: 2, status: "delivered", occurredAt: happenedAt });
      expect(next).toEqual({ type: "receipts", at: null, awaited: ["read"] });
      expect(batch).toMatchObject({ id: notification.batchId, namedUsers: 1, idempotencyKey: "evt-7" });
      expect(notification).toEqual(await stage.get(id));
      expect(asOf).toEqual(stage.clock.now());
    }),
  );

  test(
    "explain() names the event that asked, the groups that were asked for, and the one that the person is in",
    onStage(kind, {}, async (stage) => {
      const callboard = createCallboard({
        storage: stage.storage,
        scheduler: manualScheduler(),
        transports: [fakeTransport("chat", { clock: stage.clock })],
        templates,
        events: { "order.created": z.object({ number: z.string() }) },
        clock: stage.clock,
      });
      await callboard.templates.load();
      await callboard.groups.ensure(["Admins", "Sales"]);
      await callboard.groups.addMembers("Sales", ["user-1"]);
      const at = new Date("2026-01-01T08:00:00Z");
      const expiresAt = new Date("2026-01-01T09:00:00Z");
      callboard.on("order.created", ({ data }) =>
        callboard.queueNotificationsToUsers({
          template: "order",
          context: { order: data.number },
          groupNames: ["Sales", "Admins"],
          at,
          expiresAt,
          cancelKey: "orders/SO-1",
        }),
      );
      await callboard.forward("order.created", { number: "SO-1" }, { id: "evt-9" });
      const [row] = await stage.all();
      const { steps, text } = await explained({ callboard }, row?.id ?? "");
      expect(steps[0]).toMatchObject({
        type: "asked",
        origin: { type: "event", name: "order.created", id: "evt-9" },
        groupNames: ["Sales", "Admins"],
        namedUsers: 0,
      });
      expect(steps[1]).toMatchObject({ type: "queued", groupNames: ["Sales"], notBefore: at, expiresAt });
      expect(text).toMatch(/asked +by event order\.created \(evt-9\), in batch \S+, for Sales and Admins\n/);
      expect(text).toContain(
        "for user-1, in Sales: order version 1 on chat, not before 2026-01-01T08:00:00.000Z, expires at 2026-01-01T09:00:00.000Z, cancel key orders/SO-1",
      );
    }),
  );

  test(
    "explain() names the slot of the job that asked",
    onStage(kind, {}, async (stage) => {
      const bells = manualScheduler();
      const { callboard } = await stage.started({ scheduler: bells });
      await callboard.every("morning", {
        cron: "0 8 * * *",
        timeZone: "Africa/Harare",
        maxLatenessMs: 7 * 86_400_000,
        run: async ({ transaction }) => {
          const told = { template: "order", context: { order: "SO-1" }, userIds: ["user-1"] } as const;
          await callboard.queueNotificationsToUsers(told, { transaction });
        },
      });
      await bells.tick("morning", new Date("2025-12-31T06:00:00Z"));
      const [row] = await stage.all();
      const { text } = await explained({ callboard }, row?.id ?? "");
      expect(text).toContain("by job morning (slot 2025-12-31T06:00:00.000Z)");
    }),
  );

  test(
    "explain() of a send that nobody answered tells that, and the receipt that settled it",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      worker.transport.failNext({ failureClass: "uncertain", hint: "Wait." });
      const id = await stage.queueOne(worker);
      await stage.clock.advance(5_000);
      await stage.report(worker, worker.transport.receipt("fake-1", "read"));
      const explanation = await explained(worker, id);
      expect(lines(explanation).slice(2)).toEqual([
        "00:00:00.000  attempt 1  begins",
        '00:00:00.000  attempt 1  unanswered: it may have arrived or not (uncertain) after 0 ms, message id fake-1: "The fake transport was told to fail."',
        "00:00:05.000  receipt    read (attempt 1)",
        "              next       nothing: it was read",
      ]);
    }),
  );

  test(
    "explain() of a send whose worker died tells that nobody knows, and the attempt that came after",
    onStage(kind, {}, async (stage) => {
      await stage.queueOne(await loaded(stage));
      const id = await claimAndDie(stage, { begin: true });
      await stage.clock.advance(minute);
      const worker = await stage.started();
      expect((await explained(worker, id)).steps).toMatchObject([
        {},
        {},
        { type: "attempt-started", fate: "vanished" },
        { type: "state", state: "uncertain" },
      ]);
      await stage.until(async () => (await stage.get(id)).status === "sent", { stepMs: 1_000 });
      const explanation = await explained(worker, id);
      expect(lines(explanation).slice(2)).toEqual([
        "00:00:00.000  attempt 1  begins; its worker died or froze before the answer was stored",
        "00:01:00.000  uncertain  nobody knows whether it arrived",
        expect.stringMatching(/^00:03:\d\d\.\d{3} {2}attempt 2 {2}begins$/),
        expect.stringMatching(/attempt 2 {2}accepted by the provider after 0 ms, message id fake-1$/),
        "              next       nothing more to do: the provider may still report delivered or read",
      ]);
      expect(explanation.steps[3]).toMatchObject({ type: "state", state: "uncertain", failure: null });
    }),
  );

  test(
    "explain() of what is quarantined tells how many workers died holding it",
    onStage(kind, {}, async (stage) => {
      await stage.queueOne(await loaded(stage));
      const id = await claimAndDie(stage, { begin: false });
      await stage.clock.advance(minute);
      const worker = await stage.started({ policy: { maxCrashes: 1 } });
      const explanation = await explained(worker, id);
      expect(lines(explanation).slice(2)).toEqual([
        '00:01:00.000  failed  given up (quarantined): "A worker died or froze in the middle of this notification."',
        `              next    nothing by itself: notifications.replay({ ids: ["${id}"] }, { reason }) sends it once more. Cause: "A worker died or froze in the middle of this notification." Cure: "Read the workers' logs around its attempts, mend the cause, then replay it."`,
      ]);
    }),
  );

  test(
    "explain() of what a person replayed tells why it had failed, who replayed it and why, and what came of it",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      worker.transport.failNext({
        failureClass: "permanent-recipient",
        providerCode: "131026",
        hint: "Ask.",
      });
      const id = await stage.queueOne(worker);
      await stage.clock.advance(minute);
      await worker.callboard.notifications.replay(
        { ids: [id] },
        { reason: "The phone is on again.", by: "anna" },
      );
      await stage.until(async () => (await stage.get(id)).status === "sent");
      expect(lines(await explained(worker, id)).slice(2)).toEqual([
        "00:00:00.000  attempt 1  begins",
        '00:00:00.000  attempt 1  refused: not to this recipient (permanent-recipient) after 0 ms, code 131026: "The fake transport was told to fail."',
        "00:00:00.000  failed     given up",
        '00:01:00.000  replayed   by anna: "The phone is on again."',
        "00:01:00.000  attempt 2  begins",
        "00:01:00.000  attempt 2  accepted by the provider after 0 ms, message id fake-2",
        "              next       nothing more to do: the provider may still report delivered or read",
      ]);
    }),
  );

  test.each([
    ["told", "as told", "sent"],
    ["resend", "to be sent once more", "sent"],
    ["give-up", "to be left", "failed"],
  ] as const)(
    "explain() of a held send that a person resolved as %s tells who did and why, once",
    (as, words, status) =>
      onStage(kind, {}, async (stage) => {
        const worker = await stage.started();
        worker.transport.failNext({ failureClass: "uncertain", hint: "Wait." });
        const id = await stage.queueOne(worker, { onUncertain: "hold" });
        await stage.clock.advance(minute);
        await worker.callboard.notifications.resolve([id], { as, reason: "Rudo says so.", by: "anna" });
        await stage.until(async () => (await stage.get(id)).status === status);
        const explanation = await explained(worker, id);
        expect(lines(explanation)[4]).toMatch(/^00:01:00\.000 {2}resolved /);
        expect(lines(explanation)[4]).toContain(`${words}, by anna: "Rudo says so."`);
        expect(explanation.steps.filter(({ type }) => type === "state")).toEqual([]);
      })(),
  );

  test(
    "explain() of what failed again, after a person had given it up and replayed it, tells of that failure, too",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const { notifications } = worker.callboard;
      worker.transport.failNext({ failureClass: "uncertain", hint: "Wait." });
      worker.transport.failNext({ failureClass: "permanent-request", hint: "Mend it." });
      const id = await stage.queueOne(worker, { onUncertain: "hold" });
      await stage.clock.advance(minute);
      await notifications.resolve([id], { as: "give-up", reason: "Too late." });
      await stage.clock.advance(minute);
      await notifications.replay({ ids: [id] }, { reason: "After all." });
      await stage.until(async () => (await stage.get(id)).status === "failed");
      expect(lines(await explained(worker, id)).slice(4, -1)).toEqual([
        `00:01:00.000  resolved   to be left, by the host's code: "Too late."`,
        `00:02:00.000  replayed   by the host's code: "After all."`,
        "00:02:00.000  attempt 2  begins",
        '00:02:00.000  attempt 2  refused: not this message (permanent-request) after 0 ms: "The fake transport was told to fail."',
        "00:02:00.000  failed     given up (permanent-request)",
      ]);
    }),
  );

  test(
    "explain() of an unanswered send, sent once more by a worker that died, tells that nobody knows of that, either",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      worker.transport.failNext({ failureClass: "uncertain", hint: "Wait." });
      const id = await stage.queueOne(worker, { onUncertain: "hold" });
      await stage.clock.advance(0);
      const { notifications } = worker.callboard;
      await stage.storage.pauses.pause({ channel: "chat", template: null, reason: "Down.", forMs: minute });
      await notifications.resolve([id], { as: "resend", reason: "Nothing came." });
      await claimAndDie(stage, { begin: true });
      await stage.until(async () => (await stage.get(id)).status === "uncertain", { stepMs: 5_000 });
      const { uncertainAt } = await stage.get(id);
      const { steps } = await explained(worker, id);
      expect(steps.at(-1)).toEqual({
        type: "state",
        at: uncertainAt,
        state: "uncertain",
        failure: expect.anything(),
      });
      expect(steps.filter(({ type }) => type === "state")).toHaveLength(1);
    }),
  );

  test(
    "explain() of what is sent while it is being read takes the attempt that it does not know yet for running",
    onStage(kind, {}, async (stage) => {
      const id = await stage.queueOne(await loaded(stage));
      const before = await stage.get(id);
      await claimAndDie(stage, { begin: true });
      const storage = withVerbs(stage.storage, { getMany: async () => [before] });
      const { steps, next } = await explained(stage.worker({ storage }), id);
      expect(steps.at(-1)).toMatchObject({ type: "attempt-started", number: 1, fate: "running" });
      expect(next).toMatchObject({ type: "due" });
    }),
  );

  test(
    "explain() of what expired tells when its time ran out",
    onStage(kind, {}, async (stage) => {
      const expiresAt = new Date("2026-01-01T00:00:30Z");
      const id = await stage.queueOne(await loaded(stage), { expiresAt });
      await stage.clock.advance(minute);
      const worker = await stage.started();
      expect(lines(await explained(worker, id)).slice(2)).toEqual([
        "00:01:00.000  expired  its time ran out before it could be sent",
        "              next     nothing: its time ran out",
      ]);
    }),
  );

  test(
    "explain() of a forgotten person's notification tells the story under their pseudonym, without anybody's words",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      worker.transport.failNext({
        failureClass: "permanent-recipient",
        providerCode: "131026",
        hint: "Ask.",
      });
      const id = await stage.queueOne(worker);
      await stage.clock.advance(minute);
      await worker.callboard.notifications.replay(
        { ids: [id] },
        { reason: "user-1 asked for it.", by: "anna" },
      );
      await stage.until(async () => (await stage.get(id)).status === "sent");
      await worker.callboard.forgetUser("user-1");
      const explanation = await explained(worker, id);
      expect(explanation.text).not.toMatch(/user-1 |chat:0|fake-|told to fail/);
      expect(explanation.text).toMatch(/^Notification \S+ for forgotten-\S+ on chat: sent at /);
      expect(lines(explanation).slice(3)).toEqual([
        "00:00:00.000  attempt 1  refused: not to this recipient (permanent-recipient) after 0 ms, code 131026",
        "00:00:00.000  failed     given up",
        "00:01:00.000  replayed   by anna",
        "00:01:00.000  attempt 2  begins",
        "00:01:00.000  attempt 2  accepted by the provider after 0 ms",
        "              next       nothing: the person was forgotten",
      ]);
    }),
  );

  test(
    "explain() of a row without a record of its batch, of a template that this process does not know, tells what its row says",
    onStage(kind, {}, async (stage) => {
      const worker = await loaded(stage);
      const known = await stage.get(await stage.queueOne(worker));
      const old = { ...known, id: "old", batchId: "old-batch", template: "retired" };
      await stage.storage.notifications.insertMany([old]);
      await stage.clock.advance(1_000);
      const from = { status: "pending", leaseToken: null, attemptId: null, leaseOver: false } as const;
      const counters = { attempts: 1, crashes: 0, uncertainties: 0 };
      const deliveredAt = new Date("2026-01-01T00:00:00.500Z");
      const transition = {
        ...counters,
        status: "delivered",
        dueInMs: null,
        failure: null,
        providerMessageId: "fake-1",
        stamps: { sentAt: new Date("2026-01-01T00:00:00.300Z"), deliveredAt },
        acknowledgedWith: null,
        charge: null,
        replayed: false,
      } as const;
      await stage.storage.notifications.settle([{ id: "old", from, transition }]);
      const explanation = await explained(worker, "old");
      expect(explanation.batch).toBeNull();
      expect(explanation.text.split("\n")[0]).toContain("No record is kept of its batch, old-batch.");
      expect(lines(explanation)).toEqual([
        "00:00:00.000  queued     for user-1, named by user id: retired version 1 on chat",
        "00:00:00.300  sent       known to be accepted by the provider",
        "00:00:00.500  delivered  known to be delivered",
        "              next       nothing more to do: the provider may still report read",
      ]);
    }),
  );

  test(
    "explain() puts a receipt that overtook the provider's answer behind it when both have the same time",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      worker.transport.hold();
      const id = await stage.queueOne(worker);
      await stage.clock.advance(0);
      await stage.report(worker, worker.transport.receipt("fake-1", "delivered"));
      worker.transport.release();
      await stage.until(async () => (await stage.attemptsOf(id))[0]?.endedAt);
      const { steps } = await explained(worker, id);
      expect(steps.slice(2).map(({ type }) => type)).toEqual(["attempt-started", "attempt-ended", "receipt"]);
      expect(new Set(steps.map(({ at }) => at.getTime())).size).toBe(1);
    }),
  );

  test(
    "explain() gives others' words on one line, cut, and without the address and the text of the message",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      await worker.callboard.contacts.save([{ userId: "user-1", addresses: { chat: "+263771234567" } }]);
      const said = `\u001b[31mNo\nroute to 263771234567 for "Order SO-1 awaits you." ${"x".repeat(400)}`;
      const id = await stage.queueOne(worker, { onUncertain: "hold" });
      await stage.clock.advance(0);
      const failure = { ...receipt("fake-1", "failed").failure, failureClass: "permanent-request" } as const;
      const words = { providerCode: null, message: said, hint: "Check +263771234567." };
      await stage.report(worker, {
        ...worker.transport.receipt("fake-1", "failed"),
        failure: { ...failure, ...words },
      });
      const { text, steps, next } = await explained(worker, id);
      expect(text).not.toMatch(/1234567|SO-1/);
      expect(text).not.toContain("\u001b");
      expect(JSON.stringify([steps, next])).not.toMatch(/1234567|SO-1/);
      expect(text).toContain(`: "[31mNo route to […] for "[…]" ${"x".repeat(270)}…"`);
      expect(text).toContain('Cure: "Check […]."');
      expect(text.split("\n")).toHaveLength(8);
    }),
  );

  test(
    "explain() asks the store six times, however long the story is",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      worker.transport.failNext(later, 9);
      const id = await stage.queueOne(worker);
      await stage.until(async () => (await stage.get(id)).status === "sent", { stepMs: minute });
      const { storage, calls } = counted(stage.storage);
      const { steps } = await explained(stage.worker({ storage }), id);
      expect(steps).toHaveLength(22);
      expect([...calls].sort()).toEqual([
        ["attemptsOf", 1],
        ["batch", 1],
        ["getMany", 1],
        ["interventionsOf", 1],
        ["list", 1],
        ["receiptsOf", 1],
      ]);
    }),
  );

  test(
    "explain() of an id that no notification has is null; the store is not asked for one that it could not keep",
    onStage(kind, {}, async (stage) => {
      const { storage, calls } = counted(stage.storage);
      const { notifications } = stage.worker({ storage }).callboard;
      for (const id of ["", "with \u0000 in it", "x".repeat(256), "\ud800", undefined as never]) {
        expect(await notifications.explain(id)).toBeNull();
      }
      expect(calls.size).toBe(0);
      expect(await notifications.explain("nobody")).toBeNull();
      expect([...calls.keys()]).toEqual(["getMany"]);
    }),
  );
});

/** A process that queues, and does not send. */
async function loaded(stage: Parameters<Parameters<typeof onStage>[2]>[0]) {
  const worker = stage.worker();
  await worker.callboard.templates.load();
  return worker;
}
