import { setTimeout } from "node:timers/promises";
import type { Notification } from "@callboard/core";
import { type Findings, missesOf, tooMany } from "./findings.ts";
import { killSome } from "./kill-some.ts";
import { slots } from "./open-callboard.ts";
import { randomFrom } from "./random.ts";
import { recoveryMs } from "./settings.ts";
import { onStage, type Stage, type Trial } from "./stage.ts";

/** Of the provider, in ms: long enough that there is always something on its way. */
const latencyMs = 200;
const workerCount = 2;

/** A busy machine may take so long for each notification beyond what the engine's own waits add up to. */
const patienceMs = { atLeast: 60_000, each: 60 };

export interface RandomKills extends Trial {
  readonly count: number;
  readonly kills: number;
}

export interface RandomKillsFindings extends Findings {
  /** Kills that struck while something was left to do. */
  readonly killsAtWork: number;
  /** From the last kill until everything that was on its way then had an end, or was due again. */
  readonly recoveredMs: number;
  /** From the first start to the last end. */
  readonly tookMs: number;
}

/** R01: two workers send; again and again, at a random moment, one of them is killed and another one started. */
export function randomKills(options: RandomKills): Promise<RandomKillsFindings> {
  const { count, kills, settings, receipts, seed } = options;
  return onStage({ ...options, latencyMs, receiptsAfterMs: latencyMs + 100 }, async (stage) => {
    const intents = await stage.host.queue(count);
    const start = performance.now();
    const workers = Array.from({ length: workerCount }, () => stage.worker());
    const killsAtWork = await killSome(stage, workers, { kills, random: randomFrom(seed) });
    const recovered = recovery(stage, recoveryMs(settings) + patienceMs.atLeast);
    await stage.ended(recoveryMs(settings) + patienceMs.atLeast + count * patienceMs.each);
    const [recoveredMs, tookMs] = [await recovered, performance.now() - start];
    await Promise.all(workers.map((worker) => worker.stop()));
    const verdict = await stage.verdict(intents);
    const misses = [
      ...missesOf(verdict, {
        toldTwice: receipts ? 5 : 0,
        toldTwiceUnavoidably: receipts ? 0 : kills * slots,
      }),
      ...tooMany("workers that ended by themselves", stage.endedByThemselves(), 0),
    ];
    return { verdict, misses, killsAtWork, recoveredMs, tookMs };
  });
}

/** How long it takes until nobody holds any more what is on its way now, in ms. */
async function recovery({ store }: Stage, withinMs: number): Promise<number> {
  const start = performance.now();
  const pages = [
    await store.page({ status: "sending", limit: 1_000 }),
    await store.page({ status: "uncertain", limit: 1_000 }),
  ];
  const before = new Map(
    pages.flatMap(({ notifications }) => notifications.map(({ id, attemptId }) => [id, attemptId])),
  );
  const isHeld = ({ id, status, attemptId }: Notification) =>
    (status === "sending" || status === "uncertain") && attemptId === before.get(id);
  while (performance.now() - start < withinMs) {
    const rows = await store.getMany([...before.keys()]);
    if (!rows.some(isHeld)) break;
    await setTimeout(100);
  }
  return performance.now() - start;
}
