import { setTimeout } from "node:timers/promises";
import { until } from "../experiments/until.ts";
import { type Findings, missesOf } from "./findings.ts";
import type { Safeguard } from "./safeguards.ts";
import { recoveryMs, type Settings } from "./settings.ts";
import { onStage, type Trial } from "./stage.ts";

const count = 5;
const patienceMs = 30_000;

export interface FrozenWorker extends Trial {
  /** Safeguards that both workers go without. @default none */
  readonly without?: readonly Safeguard[];
}

/**
 * R05: a worker freezes while it waits for answers, and wakes long after its leases were over and receipts have told how
 * its messages fared. The answers are lost meanwhile: what it has to say then is older, and worse, than what is known.
 */
export function frozenWorker(options: FrozenWorker): Promise<Findings> {
  const settings = patient(options.settings);
  return onStage({ ...options, settings, receipts: true }, async (stage) => {
    const order = { without: options.without ?? [] };
    const intents = await stage.host.queue(count);
    await stage.provider.hold();
    const frozen = stage.worker(order);
    await stage.provider.held(count);
    frozen.freeze();
    const other = stage.worker(order);
    await setTimeout(settings.leaseMs);
    await stage.ended(recoveryMs(settings) + patienceMs);
    await stage.provider.letGo("lose");
    frozen.thaw();
    await until("the frozen worker says what it knows", async () =>
      (await stage.attempts()).every(({ endedAt }) => endedAt !== null),
    );
    await frozen.stop();
    // Whatever it has undone the other one does again.
    await stage.ended(recoveryMs(settings) + patienceMs);
    await other.stop();
    const verdict = await stage.verdict(intents);
    return { verdict, misses: missesOf(verdict) };
  });
}

/** The worker must be frozen before it gives the answers up by itself. */
function patient(settings: Settings): Settings {
  return { ...settings, leaseMs: 2 * settings.leaseMs, sendTimeoutMs: settings.leaseMs };
}
