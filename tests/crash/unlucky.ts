import { type Findings, missesOf } from "./findings.ts";
import type { Safeguard } from "./safeguards.ts";
import { recoveryMs } from "./settings.ts";
import { onStage, type Trial } from "./stage.ts";
import { stepOf } from "./steps.ts";

const count = 20;

/** What has as many crashes is sent one at a time, so that a death costs one of them another crash. */
const crashesTogether = 3;
const patienceMs = 30_000;

export interface Unlucky extends Trial {
  /** How often in a row the worker of the same notifications dies. */
  readonly kills: number;
  /** Safeguards that all workers go without. @default none */
  readonly without?: readonly Safeguard[];
}

export interface UnluckyFindings extends Findings {
  readonly sent: number;
  readonly quarantined: number;
}

/** R03: the worker of the same twenty notifications dies again and again, right before their requests leave. */
export function unlucky(options: Unlucky): Promise<UnluckyFindings> {
  const { kills, settings } = options;
  return onStage(options, async (stage) => {
    const order = { concurrency: count, without: options.without ?? [] };
    const intents = await stage.host.queue(count);
    const withinMs = recoveryMs(settings) + patienceMs;
    for (let kill = 0; kill < kills; kill += 1) {
      await stage.worker({ ...order, dieAt: stepOf("before the request leaves").at }).died(withinMs);
    }
    const survivor = stage.worker(order);
    await stage.ended(withinMs);
    await survivor.stop();
    const [rows, verdict] = [await stage.rows(), await stage.verdict(intents)];
    const sent = rows.filter(({ sentAt }) => sentAt !== null).length;
    const quarantined = rows.filter(({ failure }) => failure?.failureClass === "quarantined").length;
    const crashes = rows.reduce((sum, row) => sum + row.crashes, 0);
    // The provider has answered once; deaths do not count as answers.
    const charged = rows.filter(({ attempts }) => attempts !== 1).length;
    const together = Math.min(kills, crashesTogether);
    const misses = [
      ...missesOf(verdict, { failed: 0 }),
      ...exactly("sent", sent, count),
      ...exactly("crashes in all", crashes, together * count + (kills - together)),
      ...exactly("with another number of attempts", charged, 0),
    ];
    return { verdict, misses, sent, quarantined };
  });
}

function exactly(what: string, found: number, expected: number): string[] {
  return found === expected ? [] : [`${what}: ${found} instead of ${expected}`];
}
