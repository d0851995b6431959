import { setTimeout } from "node:timers/promises";
import { until } from "../experiments/until.ts";
import { type Findings, missesOf, tooMany } from "./findings.ts";
import { recoveryMs } from "./settings.ts";
import { onStage, type Stage, type Trial } from "./stage.ts";

const latencyMs = 100;
const hourMs = 3_600_000;
const patienceMs = { atLeast: 60_000, each: 60 };

export interface WrongClocks extends Trial {
  readonly count: number;
  /**
   * `forward`: all clocks jump an hour ahead in the middle, and stay there. `back`: they fall an hour behind, and are
   * set right some seconds later. `differ`: those of the two workers are 30 s apart all the time.
   */
  readonly wrong: "forward" | "back" | "differ";
}

/** How long a clock stays an hour behind, in ms. */
const behindMs = 2_000;

/**
 * The hosts' clocks are wrong, and the database's is right. SQLite has no clock but the machine's, so there a jump is
 * one of the database's, too: while it is behind, what is due by it waits.
 */
export function wrongClocks(options: WrongClocks): Promise<Findings> {
  const { count, wrong, settings, store } = options;
  const storeByClock = store === "SQLite" && wrong !== "differ";
  return onStage({ ...options, latencyMs, storeByClock }, async (stage) => {
    const intents = await stage.host.queue(count);
    const secondOffsetMs = wrong === "differ" ? 30_000 : 0;
    const workers = [stage.worker(), stage.worker({ clockOffsetMs: secondOffsetMs })];
    if (wrong !== "differ") await jump(stage, count, wrong);
    await stage.ended(recoveryMs(settings) + patienceMs.atLeast + count * patienceMs.each);
    await Promise.all(workers.map((worker) => worker.stop()));
    const verdict = await stage.verdict(intents);
    const misses = [
      ...missesOf(verdict),
      ...tooMany("workers that ended by themselves", stage.endedByThemselves(), 0),
    ];
    return { verdict, misses };
  });
}

async function jump(stage: Stage, count: number, wrong: "forward" | "back"): Promise<void> {
  const isThirdSent = () => stage.provider.ledger().length >= count / 3;
  await until("a third is sent", isThirdSent, { withinMs: 120_000 });
  if (wrong === "forward") return stage.jump(hourMs);
  stage.jump(-hourMs);
  await setTimeout(behindMs);
  stage.jump(hourMs);
}
