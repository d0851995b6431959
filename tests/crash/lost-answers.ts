import type { UncertainPolicy } from "@callboard/core";
import { type Findings, missesOf } from "./findings.ts";
import { recoveryMs } from "./settings.ts";
import { onStage, type Trial } from "./stage.ts";

const loseShare = 0.1;
const latencyMs = 100;
const workerCount = 2;

/** A busy machine may take so long for each notification beyond what the engine's own waits add up to. */
const patienceMs = { atLeast: 60_000, each: 40 };

export interface LostAnswers extends Trial {
  readonly count: number;
  readonly onUncertain: UncertainPolicy;
}

export interface LostAnswersFindings extends Findings {
  /** Notifications of which an answer was lost. */
  readonly affected: number;
}

/** R30: the provider accepts every message, and one in ten of its answers is lost. */
export function lostAnswers(options: LostAnswers): Promise<LostAnswersFindings> {
  const { count, onUncertain, settings, receipts } = options;
  // Every receipt comes before the wait for it is over, on a busy machine, too.
  const receiptDelayMs = Math.min(2_000, settings.uncertainWaitMs / 2);
  return onStage({ ...options, loseShare, latencyMs, receiptDelayMs }, async (stage) => {
    const intents = await stage.host.queue(count, { onUncertain });
    const workers = Array.from({ length: workerCount }, () => stage.worker());
    const withinMs = 2 * recoveryMs(settings) + patienceMs.atLeast + count * patienceMs.each;
    await stage.ended(withinMs, { held: onUncertain === "hold" && !receipts });
    await Promise.all(workers.map((worker) => worker.stop()));
    const [verdict, attempts] = [await stage.verdict(intents), await stage.attempts()];
    const lost = attempts.filter(({ outcome }) => outcome === "uncertain");
    const affected = new Set(lost.map(({ notificationId }) => notificationId)).size;
    const resends = !receipts && onUncertain === "resend";
    const misses = missesOf(verdict, {
      toldTwiceUnavoidably: resends ? affected : 0,
      // One resend is all that the policy allows; when its answer is lost, too, nobody knows.
      failed: resends ? lost.length - affected : 0,
      held: !receipts && onUncertain === "hold" ? affected : 0,
    });
    const beyond = verdict.extraSends > affected ? [`${verdict.extraSends} extra sends for ${affected}`] : [];
    return { verdict, misses: [...misses, ...beyond], affected };
  });
}
