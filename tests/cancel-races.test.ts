import type { CancelResult } from "@callboard/core";
import type { NotificationStore } from "@callboard/core/adapter";
import { DeliveryError } from "@callboard/core/adapter";
import { describe, expect, test } from "vitest";
import { chatTransport, onStage, peopleUpTo, type Stage, withVerbs } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";
import { seededRandom } from "./experiments/seeded-random.js";

const people = 60;
const rounds = 5;

describe.each(storageKinds)("on $name", { timeout: 120_000 }, (kind) => {
  for (let round = 1; round <= rounds; round += 1) {
    const seed = Math.floor(Math.random() * 2 ** 32);
    test(
      `R29: cancel() at random instants, round ${round}, ends each notification as cancelled and never sent, or as sent once`,
      onStage(kind, { people }, async (stage) => {
        const { wrong, cancelled, told } = await cancelAtRandom(stage, seed);
        expect(wrong, `seed ${seed}`).toEqual([]);
        // Otherwise nothing was raced for.
        expect(cancelled, `seed ${seed}`).toBeGreaterThan(0);
        expect(told, `seed ${seed}`).toBeGreaterThan(0);
      }),
    );
  }

  test(
    "R29 finds it out when a store lets go of what a worker has taken",
    onStage(kind, { people }, async (stage) => {
      const wrong: string[] = [];
      // A race is met by chance, on a fast store in about every second round.
      for (let seed = 1; seed <= 10 * rounds && wrong.length === 0; seed += 1) {
        wrong.push(...(await cancelAtRandom(stage, seed, withoutComparison)).wrong);
      }
      expect(wrong).not.toEqual([]);
    }),
  );
});

type Verbs = Pick<
  NotificationStore,
  "settle" | "getMany" | "claim" | "startAttempts" | "findCancellable" | "record"
>;

/**
 * Sixty people are told by a provider that is slow and refuses a third of the attempts, while each of their
 * notifications is cancelled at a random moment, by its id or with all others by the key.
 */
async function cancelAtRandom(
  stage: Stage,
  seed: number,
  safeguard: (verbs: Verbs) => Partial<Verbs> = () => ({}),
) {
  const random = seededRandom(seed);
  const pause = async () => {
    for (let turns = Math.floor(random() * 6); turns > 0; turns -= 1) await new Promise(setImmediate);
  };
  const accepted: string[] = [];
  const transport = chatTransport(async ({ notificationId }) => {
    await pause();
    if (random() < 0.3) throw new DeliveryError("Busy.", { failureClass: "retry", hint: "Wait." });
    accepted.push(notificationId);
    return { providerMessageId: `m-${seed}-${accepted.length}` };
  });
  const verbs = { ...stage.storage.notifications, ...safeguard(stage.storage.notifications) };
  const storage = withVerbs(stage.storage, slowed(verbs, pause));
  const worker = await stage.started({
    storage,
    transport,
    policy: { baseDelayMs: 1_000 },
    dispatch: { concurrency: 7 },
  });
  const cancelKey = `key-${seed}`;
  const ids = await stage.queue(worker, { people, cancelKey });
  const { notifications } = worker.callboard;
  const results: Promise<CancelResult>[] = [];
  for (const id of ids) {
    await pause();
    if (random() < 0.2) await stage.clock.advance(Math.floor(random() * 1_000));
    results.push(
      notifications.cancel(random() < 0.05 ? { cancelKey, userIds: peopleUpTo(5) } : { ids: [id] }),
    );
  }
  const outcomes = await settled(stage, results);
  await stage.until(async () => (await stage.storage.notifications.getMany(ids)).every(isFinished), {
    stepMs: 1_000,
  });
  await stage.stop(worker);
  const cancelledIds = new Set(outcomes.flatMap(({ cancelled }) => cancelled.map(({ id }) => id)));
  const rows = await stage.storage.notifications.getMany(ids);
  const wrong = rows.flatMap(({ id, status }) => {
    const sends = accepted.filter((one) => one === id).length;
    const isRight = cancelledIds.has(id)
      ? status === "cancelled" && sends === 0
      : status === "sent" && sends === 1;
    return isRight ? [] : [`${id}: ${status}, ${sends} sends, cancel() said ${cancelledIds.has(id)}`];
  });
  return { wrong, cancelled: cancelledIds.size, told: accepted.length };
}

/** The time stands still while promises are waited for, unless somebody moves it on. */
async function settled(stage: Stage, results: readonly Promise<CancelResult>[]): Promise<CancelResult[]> {
  let isDone = false;
  const all = Promise.all(results).finally(() => {
    isDone = true;
  });
  await stage.until(() => isDone);
  return all;
}

function isFinished({ status }: { readonly status: string }): boolean {
  return status === "sent" || status === "cancelled" || status === "failed";
}

/** The verbs that race, each with a random pause before and after it. */
function slowed(verbs: Verbs, pause: () => Promise<void>): Verbs {
  const slow = async <Result>(verb: () => Promise<Result>) => {
    await pause();
    const result = await verb();
    await pause();
    return result;
  };
  return {
    settle: (moves, options) => slow(() => verbs.settle(moves, options)),
    getMany: (ids, options) => slow(() => verbs.getMany(ids, options)),
    claim: (request) => slow(() => verbs.claim(request)),
    startAttempts: (attempts) => slow(() => verbs.startAttempts(attempts)),
    findCancellable: (request, options) => slow(() => verbs.findCancellable(request, options)),
    record: (results) => slow(() => verbs.record(results)),
  };
}

/** Says that everything moved, whoever has it by then. */
function withoutComparison({ settle, getMany }: Verbs): Partial<Verbs> {
  return {
    async settle(moves, options) {
      await settle(moves, options);
      return getMany(
        moves.map(({ id }) => id),
        options,
      );
    },
  };
}
