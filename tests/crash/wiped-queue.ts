import { until } from "../experiments/until.ts";
import { type Findings, missesOf, tooMany } from "./findings.ts";
import { killSome } from "./kill-some.ts";
import { slots } from "./open-callboard.ts";
import { randomFrom } from "./random.ts";
import { recoveryMs } from "./settings.ts";
import { onStage, type Trial } from "./stage.ts";

/** Of the provider, in ms: long enough that there is always something on its way. */
const latencyMs = 200;
const workerCount = 2;

/** When the later half of each portion is due, in ms: not before the queue is emptied. */
const dueInMs = 3_000;

/** A busy machine may take so long for each notification beyond what the engine's own waits add up to. */
const patienceMs = { atLeast: 60_000, each: 60 };

export interface WipedQueue extends Trial {
  /** How many are queued before each of them: one half due at once, while hints of the other one wait. */
  readonly portion: number;
  /** How often the queue is emptied. */
  readonly wipes: number;
  /** After each of them a worker is killed so often. */
  readonly killsEach: number;
}

export interface WipedQueueFindings extends Findings {
  readonly queued: number;
  /** Hints that were in the queue when it was emptied. */
  readonly hintsWiped: number;
}

/** R10: the engine's queue is emptied again and again, in the middle of random kills, while hints wait in it. */
export function wipedQueue(options: WipedQueue): Promise<WipedQueueFindings> {
  const { portion, wipes, killsEach, settings, receipts, seed } = options;
  return onStage({ ...options, latencyMs, receiptsAfterMs: latencyMs + 100 }, async (stage) => {
    const workers = Array.from({ length: workerCount }, () => stage.worker());
    const random = randomFrom(seed);
    const intents: string[] = [];
    const queue = async (at: Date) =>
      void intents.push(...(await stage.host.queue(portion / 2, { after: intents.length, at })));
    let hintsWiped = 0;
    for (let wipe = 0; wipe < wipes; wipe += 1) {
      await queue(new Date());
      let tries = 0;
      hintsWiped += await until(
        "hints wait",
        async () => {
          tries += 1;
          // Once more, and later, where it took so long that they have rung, or the engine was left alone for a second.
          await queue(new Date(Date.now() + tries * dueInMs));
          return stage.queue.waiting();
        },
        { withinMs: 60_000, everyMs: 1_000 },
      );
      await stage.queue.wipe();
      await killSome(stage, workers, { kills: killsEach, random });
    }
    await stage.ended(recoveryMs(settings) + patienceMs.atLeast + intents.length * patienceMs.each);
    await Promise.all(workers.map((worker) => worker.stop()));
    const verdict = await stage.verdict(intents);
    const misses = [
      ...missesOf(verdict, {
        toldTwice: receipts ? 5 : 0,
        toldTwiceUnavoidably: receipts ? 0 : wipes * killsEach * slots,
      }),
      ...tooMany("workers that ended by themselves", stage.endedByThemselves(), 0),
    ];
    return { verdict, misses, queued: intents.length, hintsWiped };
  });
}
