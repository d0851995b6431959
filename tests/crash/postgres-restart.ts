import { until } from "../experiments/until.ts";
import { withCleanUps } from "./clean-ups.ts";
import { type Findings, missesOf, tooMany } from "./findings.ts";
import { openCluster, type PostgresCluster } from "./postgres-cluster.ts";
import { recoveryMs } from "./settings.ts";
import { onStage, type Stage, type Trial } from "./stage.ts";

const latencyMs = 200;
const workerCount = 2;
const patienceMs = { atLeast: 90_000, each: 60 };

export interface PostgresRestart extends Omit<Trial, "store"> {
  readonly count: number;
  readonly restarts: number;
}

/** R13: the server stops as after a power failure, again and again in the middle, and comes back. */
export function postgresRestart(options: PostgresRestart): Promise<Findings> {
  return withCleanUps(async (atTheEnd) => {
    const cluster = await openCluster();
    atTheEnd(cluster.drop);
    const stage = { ...options, store: "PostgreSQL", location: cluster.url, latencyMs } as const;
    return onStage(stage, (opened) => restartInTheMiddle(opened, cluster, options));
  });
}

async function restartInTheMiddle(
  stage: Stage,
  cluster: PostgresCluster,
  { count, restarts, settings }: PostgresRestart,
): Promise<Findings> {
  const intents = await stage.host.queue(count);
  const workers = Array.from({ length: workerCount }, () => stage.worker());
  for (let restart = 1; restart <= restarts; restart += 1) {
    const sent = (count * restart) / (restarts + 1);
    await until(`${sent} are sent`, () => stage.provider.ledger().length >= sent, { withinMs: 120_000 });
    await cluster.restart();
  }
  await stage.ended(recoveryMs(settings) + patienceMs.atLeast + count * patienceMs.each);
  await Promise.all(workers.map((worker) => worker.stop()));
  const verdict = await stage.verdict(intents);
  const misses = [
    ...missesOf(verdict),
    ...tooMany("workers that ended by themselves", stage.endedByThemselves(), 0),
  ];
  return { verdict, misses };
}
