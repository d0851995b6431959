import { describe, expect, test } from "vitest";
import { chatTransport, onStage, receipt, type Stage, type Worker } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";

const minute = 60_000;
const lost = { failureClass: "uncertain", hint: "Wait for a receipt." } as const;

describe.each(storageKinds)("on $name", (kind) => {
  test(
    "a transport that rejects with a plain Error leaves the notification uncertain, in that error's words",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      worker.transport.failNext(new RangeError("the answer was cut off"));
      const id = await stage.queueOne(worker);
      await stage.until(async () => (await stage.get(id)).status === "uncertain");
      expect(await stage.get(id)).toMatchObject({
        attempts: 0,
        uncertainties: 1,
        uncertainAt: stage.clock.now(),
        nextAttemptAt: new Date(stage.clock.now().getTime() + 2 * minute),
        failure: {
          failureClass: "uncertain",
          providerCode: null,
          message: "RangeError: the answer was cut off",
          hint: "The transport threw something else than a DeliveryError, so the message may have left. Mend the transport.",
        },
      });
      expect(await stage.attemptsOf(id)).toMatchObject([{ outcome: "uncertain" }]);
    }),
  );

  test.each([
    {
      how: "throws before it returns a promise",
      send: () => {
        throw new Error("not ready");
      },
    },
    { how: "rejects with a string", send: () => Promise.reject("not an error") },
    { how: "rejects with nothing", send: () => Promise.reject(undefined) },
    { how: "resolves with nothing", send: () => Promise.resolve(undefined as never) },
  ])("a transport that $how leaves the notification uncertain and no timer behind", ({ send }) =>
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started({ transport: chatTransport(send) });
      const id = await stage.queueOne(worker);
      await stage.until(async () => (await stage.get(id)).status === "uncertain");
      expect((await stage.get(id)).failure).toMatchObject({ failureClass: "uncertain" });
      await stage.stop(worker);
      expect(stage.clock.pendingTimers).toBe(0);
    })(),
  );

  test(
    "a transport that never settles, whatever its signal says, is given up as uncertain after sendTimeoutMs",
    onStage(kind, {}, async (stage) => {
      const signals: AbortSignal[] = [];
      const late = Promise.withResolvers<{ providerMessageId: string }>();
      const transport = chatTransport((_, { signal }) => {
        signals.push(signal);
        return late.promise;
      });
      const worker = await stage.started({ transport, dispatch: { sendTimeoutMs: 10_000 } });
      const id = await stage.queueOne(worker);
      await stage.clock.advance(9_999);
      expect([(await stage.get(id)).status, signals[0]?.aborted]).toEqual(["sending", false]);
      await stage.clock.advance(1);
      expect(signals[0]?.aborted).toBe(true);
      await stage.clock.advance(1_000);
      const row = await stage.get(id);
      expect(row).toMatchObject({
        status: "uncertain",
        failure: { message: "The provider did not answer within 10000 ms." },
      });
      late.resolve({ providerMessageId: "too-late" });
      await stage.clock.advance(1_000);
      expect(await stage.get(id)).toEqual(row);
      await stage.stop(worker);
      expect(stage.clock.pendingTimers).toBe(0);
    }),
  );

  test(
    "a transport that heeds the signal at sendTimeoutMs says itself what it knows",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      worker.transport.hold();
      const id = await stage.queueOne(worker);
      await stage.clock.advance(20_000);
      expect(await stage.get(id)).toMatchObject({
        status: "uncertain",
        failure: { message: "The fake transport was aborted before it answered." },
      });
    }),
  );

  test.each(["sent", "delivered", "read"] as const)(
    "a receipt of %s that carries the attempt's id settles an uncertain send, which is not sent again",
    (status) =>
      onStage(kind, {}, async (stage) => {
        const worker = await stage.started();
        const id = await uncertain(stage, worker);
        const { attemptId } = worker.transport.sent[0]!;
        const reported = receipt("wamid-1", status, { attemptId });
        await stage.report(worker, reported);
        expect(await stage.get(id)).toMatchObject({
          status,
          [`${status}At`]: reported.occurredAt,
          providerMessageId: "wamid-1",
          attempts: 1,
          nextAttemptAt: null,
          failure: null,
        });
        expect(await stage.attemptsOf(id)).toMatchObject([{ id: attemptId, providerMessageId: "wamid-1" }]);
        // What comes later need not carry the attempt's id: its message id is known by now.
        await stage.report(worker, receipt("wamid-1", "read"));
        expect((await stage.get(id)).status).toBe("read");
        await stage.clock.advance(10 * minute);
        expect(worker.transport.sent).toHaveLength(1);
      })(),
  );

  test(
    "a failed receipt settles an uncertain send by its own class, and counts its attempt once",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const id = await uncertain(stage, worker);
      const { attemptId } = worker.transport.sent[0]!;
      await stage.report(worker, receipt("wamid-1", "failed", { attemptId }));
      expect(await stage.get(id)).toMatchObject({
        status: "failed",
        attempts: 1,
        failure: { failureClass: "permanent-recipient", providerCode: "131026" },
      });
    }),
  );

  test(
    "an uncertain send that no receipt settles is sent once more, and fails when that is uncertain too",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const id = await uncertain(stage, worker);
      worker.transport.failNext(lost);
      await stage.clock.advance(2 * minute - 1);
      expect(worker.transport.sent).toHaveLength(1);
      await stage.clock.advance(7_000);
      expect(worker.transport.sent).toHaveLength(2);
      expect(await stage.get(id)).toMatchObject({ status: "uncertain", uncertainties: 2, attempts: 0 });
      await stage.clock.advance(3 * minute);
      expect(await stage.get(id)).toMatchObject({
        status: "failed",
        nextAttemptAt: null,
        failure: { failureClass: "uncertain", hint: "Wait for a receipt." },
      });
      await stage.clock.advance(60 * minute);
      expect(worker.transport.sent).toHaveLength(2);
      expect((await stage.attemptsOf(id)).map(({ outcome }) => outcome)).toEqual(["uncertain", "uncertain"]);
    }),
  );

  test(
    "an uncertain send that is sent once more and accepted ends as sent, under the new attempt",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const id = await uncertain(stage, worker);
      await stage.clock.advance(3 * minute);
      const [, second] = worker.transport.sent;
      expect(await stage.get(id)).toMatchObject({
        status: "sent",
        attemptId: second!.attemptId,
        providerMessageId: "fake-2",
        uncertainties: 1,
      });
    }),
  );

  test(
    'an uncertain send with onUncertain "hold" waits for ever, until a receipt settles it',
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started({ dispatch: { sweepMs: 60 * minute } });
      const id = await uncertain(stage, worker, "hold");
      await stage.clock.advance(30 * 24 * 60 * minute);
      expect(await stage.get(id)).toMatchObject({
        status: "uncertain",
        nextAttemptAt: null,
        uncertainties: 1,
      });
      expect(worker.transport.sent).toHaveLength(1);
      await stage.report(worker, worker.transport.receipt("fake-1", "delivered"));
      expect((await stage.get(id)).status).toBe("delivered");
    }),
  );

  test(
    'an uncertain send with onUncertain "fail" fails after its wait, and is delivered when a late receipt says so',
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const id = await uncertain(stage, worker, "fail");
      await stage.clock.advance(2 * minute - 1);
      expect((await stage.get(id)).status).toBe("uncertain");
      await stage.clock.advance(7_000);
      expect(await stage.get(id)).toMatchObject({ status: "failed", failure: { failureClass: "uncertain" } });
      await stage.report(worker, worker.transport.receipt("fake-1", "delivered"));
      expect(await stage.get(id)).toMatchObject({ status: "delivered", failure: null });
      expect(worker.transport.sent).toHaveLength(1);
    }),
  );
});

/** Queues a notification whose answer is lost. */
async function uncertain(
  stage: Stage,
  worker: Worker,
  onUncertain: "resend" | "hold" | "fail" = "resend",
): Promise<string> {
  worker.transport.failNext(lost);
  const id = await stage.queueOne(worker, { onUncertain });
  await stage.until(async () => (await stage.get(id)).status === "uncertain");
  return id;
}
