import { type CleanUp, withCleanUps } from "@callboard/tests/crash/clean-ups.ts";
import type { SchedulerName } from "@callboard/tests/crash/schedulers.ts";
import { counted, shown } from "../harness/report.ts";
import { context, templateName } from "../workload.ts";
import { forgetNotifications, requestFor, setUpPeople } from "./addressees.ts";
import { type Audit, allEnded, auditOf } from "./audit.ts";
import { openSide, type Side } from "./open-side.ts";
import type { Part, PartTrial } from "./part.ts";
import { absenceOf, openPlace } from "./places.ts";
import { openProvider, type Provider } from "./provider.ts";
import { startWorkers } from "./worker.ts";

interface Run extends Audit {
  readonly processes: number;
  readonly latencyMs: number;
  /** From the call that queues, in ms. */
  readonly queuedMs: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly perSecond: number;
}

/** Many notifications, queued by one process and sent by others: each person is told once, and how fast. */
export function manyProcesses(scheduler: SchedulerName): Part {
  return {
    name: `four processes ${scheduler.toLowerCase()}`,
    inQuick: true,
    absent: absenceOf(scheduler),
    run: (trial) => withCleanUps((atTheEnd) => measure(scheduler, trial, atTheEnd)),
  };
}

async function measure(
  scheduler: SchedulerName,
  { args: { quick }, report, findings }: PartTrial,
  atTheEnd: (cleanUp: CleanUp) => void,
): Promise<void> {
  const { count, warmUp, latencies, processCounts } = sizes(quick);
  const stage = await openStage(scheduler, [count, warmUp], atTheEnd);
  const runs: Run[] = [];
  let started = 0;
  for (const processes of processCounts) {
    await stage.startWorkers(processes - started);
    started = processes;
    if (!quick) await runOnce(stage, { count: warmUp, latencyMs: 0, processes });
    for (const latencyMs of latencies) {
      report.progress(
        `${scheduler}: ${counted(count)} notifications, ${processes} worker(s), ${latencyMs} ms`,
      );
      runs.push(await runOnce(stage, { count, latencyMs, processes }));
    }
  }
  for (const run of runs) note(run, findings);
  for (const latencyMs of latencies) {
    const [one, four] = runs.filter((run) => run.latencyMs === latencyMs);
    if (!one || !four) continue;
    findings.figure(
      `${latencyMs} ms: as fast with four workers as with one`,
      four.perSecond / one.perSecond,
      "x",
    );
  }
  report.table(`${counted(count)} notifications under ${scheduler}`, heads, runs.map(rowOf));
}

function sizes(quick: boolean) {
  return quick
    ? { count: 1_000, warmUp: 1, latencies: [0], processCounts: [4] }
    : { count: 20_000, warmUp: 2_000, latencies: [0, 50], processCounts: [1, 4] };
}

interface Stage {
  readonly host: Side;
  readonly provider: Provider;
  startWorkers(count: number): Promise<void>;
}

async function openStage(
  scheduler: SchedulerName,
  groupSizes: readonly number[],
  atTheEnd: (cleanUp: CleanUp) => void,
): Promise<Stage> {
  const place = await openPlace(scheduler, atTheEnd);
  const provider = await openProvider();
  atTheEnd(provider.close);
  const host = await openSide(place, provider.url);
  atTheEnd(host.close);
  await setUpPeople(host.store, groupSizes);
  const order = { place, providerUrl: provider.url };
  return { host, provider, startWorkers: (count) => startWorkers(count, order, atTheEnd) };
}

async function runOnce(
  { host: { callboard, store }, provider }: Stage,
  {
    count,
    latencyMs,
    processes,
  }: { readonly count: number; readonly latencyMs: number; readonly processes: number },
): Promise<Run> {
  await forgetNotifications(store);
  await provider.begin({ latencyMs });
  const key = `${processes} ${latencyMs} ${count}`;
  const start = Date.now();
  await callboard.queueNotificationsToUsers({ template: templateName, context, ...requestFor(count, key) });
  const queuedMs = Date.now() - start;
  await provider.told(count);
  await allEnded(store);
  const ledger = await provider.ledger();
  const [first, last] = [ledger[0]?.at ?? Number.NaN, ledger.at(-1)?.at ?? Number.NaN];
  return {
    ...{ processes, latencyMs, queuedMs, firstMs: first - start, lastMs: last - start },
    perSecond: (count - 1) / ((last - first) / 1_000),
    ...(await auditOf(store, count, ledger)),
  };
}

function note(
  { processes, latencyMs, perSecond, lastMs, lost, twice }: Run,
  findings: PartTrial["findings"],
): void {
  const what = `${processes} worker(s), ${latencyMs} ms`;
  findings.figure(`${what}: sent`, perSecond, "rows/s");
  findings.figure(`${what}: until the last one`, lastMs, "ms");
  findings.none(`${what}: lost`, lost);
  findings.none(`${what}: told twice`, twice);
}

/** Times are from the call that queues; the rate is from the first message to the last. */
const heads = ["Provider", "Workers", "Queued after", "First told", "Last told", "A second", "Lost", "Twice"];

function rowOf(run: Run): string[] {
  const seconds = (ms: number) => `${shown(ms / 1_000)} s`;
  return [
    `${run.latencyMs} ms`,
    String(run.processes),
    ...[run.queuedMs, run.firstMs, run.lastMs].map(seconds),
    counted(run.perSecond),
    counted(run.lost.length),
    counted(run.twice.length),
  ];
}
