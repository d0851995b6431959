import type { FailureClass } from "@callboard/core";
import { describe, expect, test } from "vitest";
import { onStage, type Stage, type Worker } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";

const minute = 60_000;
const hour = 60 * minute;
const busy = { failureClass: "retry", providerCode: "131016", hint: "Wait." } as const;

describe.each(storageKinds)("on $name", (kind) => {
  test(
    "a send that fails as retry waits a random time up to a bound that doubles up to maxDelayMs",
    onStage(kind, { people: 40 }, async (stage) => {
      const policy = { baseDelayMs: 10_000, maxDelayMs: 60_000, maxAttempts: 6 };
      const worker = await stage.started({ policy });
      const waits = waitsByAttempt(stage, worker);
      worker.transport.failNext(busy, 40 * 6);
      await stage.queue(worker, { people: 40 });
      await stage.until(async () => (await stage.counts()).failed === 40, { stepMs: 1_000 });
      const bounds = [10_000, 20_000, 40_000, 60_000, 60_000];
      expect(waits.size).toBe(bounds.length);
      bounds.forEach((bound, index) => {
        const [shortest, longest] = extremes(waits.get(index + 1));
        expect(shortest).toBeGreaterThanOrEqual(0);
        expect(shortest).toBeLessThan(bound / 2);
        expect(longest).toBeGreaterThan(bound / 2);
        expect(longest).toBeLessThanOrEqual(bound);
      });
    }),
  );

  test(
    "a send that fails as retry maxAttempts times ends as failed, with every attempt and the last reason",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started({ policy: { maxAttempts: 3 } });
      worker.transport.failNext(busy, 10);
      const id = await stage.queueOne(worker);
      await stage.until(async () => (await stage.get(id)).status === "failed", { stepMs: 1_000 });
      const failure = { failureClass: "retry", providerCode: "131016", hint: "Wait." };
      expect(await stage.get(id)).toMatchObject({ attempts: 3, failure, nextAttemptAt: null });
      const attempts = await stage.attemptsOf(id);
      expect(attempts.map(({ outcome, providerCode }) => [outcome, providerCode])).toEqual(
        Array.from({ length: 3 }, () => ["retry", "131016"]),
      );
      await stage.clock.advance(hour);
      expect(worker.transport.sent).toHaveLength(3);
    }),
  );

  test(
    "a send that fails as retry once ends as sent, with both attempts and without a failure",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      worker.transport.failNext(busy);
      const id = await stage.queueOne(worker);
      await stage.until(async () => (await stage.get(id)).status === "sent", { stepMs: 1_000 });
      expect(await stage.get(id)).toMatchObject({ attempts: 2, failure: null, nextAttemptAt: null });
      const attempts = await stage.attemptsOf(id);
      expect(attempts.map(({ outcome }) => outcome)).toEqual(["retry", "accepted"]);
      expect(attempts.map(({ id }) => id)).toEqual(worker.transport.sent.map(({ attemptId }) => attemptId));
      expect(attempts[0]!.id).not.toBe(attempts[1]!.id);
    }),
  );

  test.each([
    { retryAfterMs: 7_000, least: 7_000, most: 7_700 },
    { retryAfterMs: 5 * hour, least: hour, most: 66 * minute },
  ])(
    "a provider's Retry-After of $retryAfterMs ms is waited for $least to $most ms",
    ({ retryAfterMs, least, most }) =>
      onStage(kind, { people: 30 }, async (stage) => {
        const worker = await stage.started({ dispatch: { sweepMs: 10 * minute } });
        const waits = waitsByAttempt(stage, worker);
        worker.transport.failNext({ ...busy, retryAfterMs }, 30);
        await stage.queue(worker, { people: 30 });
        await stage.until(() => waits.get(1)?.length === 30);
        const [shortest, longest] = extremes(waits.get(1));
        expect(shortest).toBeGreaterThanOrEqual(least);
        expect(longest).toBeLessThanOrEqual(most);
        // Spread, so that those who were told the same time do not come back at once.
        expect(new Set(waits.get(1)).size).toBeGreaterThan(10);
        await stage.clock.advance(least - 1);
        expect(worker.transport.sent).toHaveLength(30);
      })(),
  );

  test(
    "a notification that would be older than maxAgeMs at its next try is given up, whatever tries are left",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started({ policy: { maxAgeMs: minute, maxAttempts: 10 } });
      worker.transport.failNext({ ...busy, retryAfterMs: 45_000 }, 10);
      const id = await stage.queueOne(worker);
      await stage.until(async () => (await stage.get(id)).status === "failed", { stepMs: 1_000 });
      expect(await stage.get(id)).toMatchObject({ attempts: 2, failure: { providerCode: "131016" } });
    }),
  );

  test(
    "the age of a notification for a time to come counts from that time, not from when it was queued",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started({
        policy: { maxAgeMs: minute },
        dispatch: { sweepMs: 30_000 },
      });
      worker.transport.failNext({ ...busy, retryAfterMs: 10_000 });
      const at = new Date(stage.clock.now().getTime() + 2 * hour);
      const id = await stage.queueOne(worker, { at });
      await stage.clock.advance(2 * hour + 2 * minute);
      expect(await stage.get(id)).toMatchObject({ status: "sent", attempts: 2 });
    }),
  );

  test.each([
    { asked: null, wait: 24 * hour },
    { asked: 3 * hour, wait: 3 * hour },
  ])(
    "a send that fails as retry-later with a wait of $asked ms is tried again after $wait ms",
    ({ asked, wait }) =>
      onStage(kind, {}, async (stage) => {
        const worker = await stage.started({ dispatch: { sweepMs: 10 * minute } });
        worker.transport.failNext({ failureClass: "retry-later", hint: "Later.", retryAfterMs: asked });
        const id = await stage.queueOne(worker);
        await stage.until(async () => (await stage.get(id)).attempts === 1);
        const { status, nextAttemptAt } = await stage.get(id);
        expect({ status, wait: nextAttemptAt!.getTime() - stage.clock.now().getTime() }).toEqual({
          status: "pending",
          wait,
        });
        await stage.clock.advance(wait - 1);
        expect(worker.transport.sent).toHaveLength(1);
        await stage.clock.advance(12 * minute);
        expect((await stage.get(id)).status).toBe("sent");
      })(),
  );

  test.each(["permanent-recipient", "permanent-request"] satisfies FailureClass[])(
    "a send that fails as %s fails at once, keeps the provider's code and hint, and is not sent again",
    (failureClass) =>
      onStage(kind, {}, async (stage) => {
        const worker = await stage.started({ dispatch: { sweepMs: hour } });
        const failed: unknown[] = [];
        worker.callboard.observe("notification.failed", ({ notification }) => void failed.push(notification));
        worker.transport.failNext({ failureClass, providerCode: "131026", hint: "Ask the person." });
        const id = await stage.queueOne(worker);
        await stage.until(async () => (await stage.get(id)).status === "failed");
        const row = await stage.get(id);
        expect(row).toMatchObject({
          attempts: 1,
          nextAttemptAt: null,
          failedAt: stage.clock.now(),
          sentAt: null,
          failure: {
            failureClass,
            providerCode: "131026",
            message: "The fake transport was told to fail.",
            hint: "Ask the person.",
          },
        });
        expect(failed).toEqual([row]);
        await stage.clock.advance(100 * hour);
        expect(worker.transport.sent).toHaveLength(1);
        expect(await stage.get(id)).toEqual(row);
      })(),
  );
});

/** How long each retry is to wait, by the number of attempts before it. */
function waitsByAttempt(stage: Stage, { callboard }: Worker): Map<number, number[]> {
  const waits = new Map<number, number[]>();
  callboard.observe("notification.retrying", ({ notification: { attempts, nextAttemptAt } }) => {
    const waitMs = (nextAttemptAt?.getTime() ?? Number.NaN) - stage.clock.now().getTime();
    waits.set(attempts, [...(waits.get(attempts) ?? []), waitMs]);
  });
  return waits;
}

function extremes(values: readonly number[] = []): [number, number] {
  return [Math.min(...values), Math.max(...values)];
}
