import type { Attempt, Notification } from "@callboard/core";
import { type Findings, missesOf } from "./findings.ts";
import type { LedgerEntry } from "./ledger.ts";
import type { Safeguard } from "./safeguards.ts";
import { recoveryMs } from "./settings.ts";
import { onStage, type Stage, type Trial } from "./stage.ts";
import { type Seen, type Step, stepOf } from "./steps.ts";

/** So many at once, so that one claim, one start and one record hold several. */
const count = 5;

/** A busy machine may take so long beyond what the engine's own waits add up to. */
const patienceMs = 30_000;

export interface KillAtStep extends Trial {
  readonly step: Step;
  /** Safeguards that both workers go without. @default none */
  readonly without?: readonly Safeguard[];
  /** Beyond what the engine's own waits add up to. @default 30_000 */
  readonly patienceMs?: number;
}

export interface StepFindings extends Findings {
  /** Where the kill struck, as somebody else saw it. */
  readonly seen: Seen | "something else";
}

/** R02: a worker dies at a step, and another one takes over. */
export function killAtStep(options: KillAtStep): Promise<StepFindings> {
  const { step, receipts, settings } = options;
  const deaf = options.without?.includes("receipts") ?? false;
  // A receipt ends the wait for the answer; a heartbeat needs something that it can renew.
  const receiptsAfterMs = step.at?.verb === "renew" ? settings.heartbeatMs * 1.5 : 20;
  return onStage({ ...options, deaf, receiptsAfterMs }, async (stage) => {
    const intents = await stage.host.queue(count);
    if (step.holdsAnswers) await stage.provider.hold();
    await killWorkers(stage, options);
    const seen = whereIs(await stage.rows(), await stage.attempts(), stage.provider.ledger());
    await stage.provider.letGo("answer");
    const survivor = stage.worker({ without: options.without ?? [] });
    await stage.ended(recoveryMs(settings) + (options.patienceMs ?? patienceMs));
    await survivor.stop();
    const verdict = await stage.verdict(intents);
    const mayTell = step.mayTellTwice && !receipts ? count : 0;
    const misses = missesOf(verdict, { toldTwiceUnavoidably: mayTell });
    const struck = seen !== "something else" && step.seen.includes(seen);
    const missed = struck ? [] : [`the kill struck elsewhere: ${seen} instead of ${step.seen.join(" or ")}`];
    return { verdict, seen, misses: [...misses, ...missed] };
  });
}

async function killWorkers(stage: Stage, options: KillAtStep): Promise<void> {
  const { step, settings } = options;
  const order = { rows: count, without: options.without ?? [] };
  const withinMs = recoveryMs(settings) + patienceMs;
  if (step.afterAnotherDeath) {
    await stage.worker({ ...order, dieAt: stepOf("before the request leaves").at }).died(withinMs);
  }
  const victim = stage.worker({ ...order, dieAt: step.at });
  if (step.at) return victim.died(withinMs);
  await stage.provider.held(count);
  await victim.kill();
}

function whereIs(
  rows: readonly Notification[],
  attempts: readonly Attempt[],
  ledger: readonly LedgerEntry[],
): StepFindings["seen"] {
  const all = (status: Notification["status"]) => rows.every((row) => row.status === status);
  const closed = attempts.filter(({ outcome }) => outcome === "accepted").length;
  if (closed === count) return "recorded";
  if (closed > 0) return "partly recorded";
  if (ledger.length > 0) return "delivered";
  if (attempts.length === count && all("sending")) return "started";
  if (attempts.length === count && all("uncertain")) return "settled";
  if (attempts.length === 0 && all("sending")) return "claimed";
  return attempts.length === 0 && all("pending") ? "waiting" : "something else";
}
