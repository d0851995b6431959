import { kyselyStorage } from "@callboard/storage-kysely";
import { type BranchOffices, branchOffices, toldCounts } from "./branch-offices.ts";
import type { ExperimentDatabase } from "./databases.ts";
import type { Engine } from "./engine.ts";
import { seededRandom } from "./seeded-random.ts";
import { until } from "./until.ts";

export interface WipedQueueOptions {
  readonly database: ExperimentDatabase;
  readonly engine: Engine;
  /** A multiple of 50: a fifth of them due at once, twice two fifths in the course of the time that follows. */
  readonly notifications: number;
  /** How long two fifths take to fall due. @default 700 */
  readonly spreadMs?: number;
  /** Picks half of it, which is lost. @default all is lost */
  readonly loseSome?: { readonly seed: number };
  /** @default 200 */
  readonly sweepMs?: number;
  /** How long to wait for the next one before the rest count as unsent. @default 20_000 */
  readonly patienceMs?: number;
}

export interface WipedQueueCounts {
  readonly queued: number;
  readonly unsent: Readonly<Record<string, number>>;
  readonly repeatedSends: number;
  /** Slots of a job of every second that did not run, or ran twice, from its first to its last. */
  readonly slotsMissed: number;
  readonly slotsRepeated: number;
}

/** R10: all that the engine has been asked for is lost at a third, and at two thirds. Rings come again afterwards, or it rejects. */
export async function wipedQueue(options: WipedQueueOptions): Promise<WipedQueueCounts> {
  const { database, notifications, loseSome, spreadMs = 700, patienceMs = 20_000 } = options;
  const { db, url, close } = await database.open();
  const engine = await options.engine.open(url);
  const storage = kyselyStorage({ db, dialect: database.dialect });
  await storage.migrate();
  const offices = await branchOffices({ storage, connect: engine.connect, sweepMs: options.sweepMs ?? 200 });
  const slots = await runEverySecond(offices);
  await Promise.all([offices.sweeping, offices.rung].map(({ callboard }) => callboard.start()));
  const random = seededRandom(loseSome?.seed ?? 0);
  const lose = () => (loseSome ? engine.wipeSome(random) : engine.wipe());
  const told = (count: number) => toldOf(offices, count, patienceMs);
  try {
    await queueAll(offices, "first", notifications / 5);
    await queueAll(offices, "second", (2 * notifications) / 5, spreadMs);
    await told(notifications / 3);
    await lose();
    await queueAll(offices, "third", (2 * notifications) / 5, spreadMs);
    await told((2 * notifications) / 3);
    await lose();
    const lostAt = Date.now();
    const isAll = await told(notifications);
    if (isAll) await until("all of it is recorded", offices.rung.isIdle);
    const counts = await toldCounts(offices);
    if (isAll) await offices.ringsAgain();
    await until("the job goes on", () => slots.some((slot) => slot > lostAt + 1_000));
    return { ...counts, ...slotCounts(slots) };
  } finally {
    await offices.stop();
    await engine.close();
    await close();
  }
}

/** One call after another; with a spread, they fall due in the same order a moment later. */
async function queueAll({ queue }: BranchOffices, name: string, count: number, spreadMs = 0): Promise<void> {
  for (let queued = 0; queued < count; ) {
    // From now, and not from the first call: however long the calls take, wake-ups wait behind the last one.
    const at = new Date(Date.now() + 300 + (spreadMs * queued) / count);
    queued += await queue(`${name}-${queued}`, spreadMs > 0 ? at : undefined);
  }
}

/** Waits as long as somebody is told now and then. Says whether so many were. */
async function toldOf({ told }: BranchOffices, count: number, patienceMs: number): Promise<boolean> {
  let [last, lastAt] = [told(), Date.now()];
  const isOver = () => {
    if (told() > last) [last, lastAt] = [told(), Date.now()];
    return last >= count || Date.now() > lastAt + patienceMs;
  };
  await until(`${count} are told, or nobody any more`, isOver, { withinMs: 600_000 });
  return last >= count;
}

/** Both that send know of a job of every second. Returns its slots as they are run. */
async function runEverySecond({ sweeping, rung }: BranchOffices): Promise<number[]> {
  const slots: number[] = [];
  const run = async ({ slot }: { readonly slot: Date }) => void slots.push(slot.getTime());
  for (const { callboard } of [sweeping, rung])
    await callboard.every("each second", { cron: "* * * * * *", timeZone: "UTC", catchUp: "all", run });
  return slots;
}

function slotCounts(slots: readonly number[]) {
  const distinct = new Set(slots).size;
  const asked = 1 + (Math.max(...slots) - Math.min(...slots)) / 1_000;
  return { slotsMissed: asked - distinct, slotsRepeated: slots.length - distinct };
}
