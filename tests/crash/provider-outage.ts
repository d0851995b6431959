import { setTimeout } from "node:timers/promises";
import { until } from "../experiments/until.ts";
import { type Findings, missesOf, tooMany } from "./findings.ts";
import { recoveryMs } from "./settings.ts";
import { onStage, type Trial } from "./stage.ts";

const latencyMs = 100;
const workerCount = 2;
const patienceMs = { atLeast: 90_000, each: 60 };

export interface ProviderOutage extends Trial {
  readonly count: number;
  readonly outageMs: number;
}

export interface OutageFindings extends Findings {
  /** From its end until everybody was told. */
  readonly recoveredMs: number;
}

/** The provider is gone for a while in the middle: connections are cut, and refused. Its receipts go on. */
export function providerOutage(options: ProviderOutage): Promise<OutageFindings> {
  const { count, outageMs, settings } = options;
  return onStage({ ...options, latencyMs }, async (stage) => {
    const intents = await stage.host.queue(count);
    const workers = Array.from({ length: workerCount }, () => stage.worker());
    await until("a third is sent", () => stage.provider.ledger().length >= count / 3, { withinMs: 120_000 });
    await stage.provider.refuse();
    await setTimeout(outageMs);
    await stage.provider.accept();
    const start = performance.now();
    await stage.ended(recoveryMs(settings) + patienceMs.atLeast + count * patienceMs.each);
    const recoveredMs = performance.now() - start;
    await Promise.all(workers.map((worker) => worker.stop()));
    const verdict = await stage.verdict(intents);
    const misses = [
      ...missesOf(verdict),
      ...tooMany("workers that ended by themselves", stage.endedByThemselves(), 0),
    ];
    return { verdict, misses, recoveredMs };
  });
}
