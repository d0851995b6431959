import { setTimeout } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import { type CleanUp, withCleanUps } from "../crash/clean-ups.ts";
import { openStore } from "../crash/open-store.ts";
import type { Place } from "../crash/places.ts";
import { schedulerOf } from "../crash/schedulers.ts";
import { storeOf } from "../crash/stores.ts";
import type { JobHostReport, JobHostTask } from "../fixtures/job-host.ts";
import { tally } from "./office.ts";
import { type Program, runProgram } from "./program.ts";
import { seededRandom } from "./seeded-random.ts";
import { until } from "./until.ts";

export interface ManySchedulersOptions extends Place {
  readonly processes: number;
  /** Between the slots. A divisor of 60. */
  readonly periodSeconds: number;
  /** How long it lasts. */
  readonly seconds: number;
  /** How often one of them is killed, and another one started. `null`: never. */
  readonly killEveryMs: number | null;
  readonly seed: number;
  /** Lets every process run every slot: what happens without the mark. @default false */
  readonly unmarked?: boolean;
}

export interface ManySchedulersCounts {
  /** That came while the experiment lasted. */
  readonly slots: number;
  readonly kills: number;
  /** Slots without a row. */
  readonly missed: readonly string[];
  /** Slots with more than one. */
  readonly twice: readonly string[];
  /** Slots that are none of the timetable's. */
  readonly strange: readonly string[];
  /** Slots that Callboard says it missed. */
  readonly toldOf: number;
  /** What processes printed that ended by themselves. */
  readonly troubles: readonly string[];
}

type Host = Program<JobHostReport>;

/** C01: several processes run one job, each with a scheduler, while again and again one of them is killed. */
export function manySchedulers(options: ManySchedulersOptions): Promise<ManySchedulersCounts> {
  const { processes, periodSeconds, seconds } = options;
  return withCleanUps(async (atTheEnd) => {
    const { task, db } = await openPlace(options, atTheEnd);
    const hosts: Host[] = [];
    atTheEnd(() => Promise.all(hosts.map((host) => host.kill())));
    const hire = () => {
      const host = runProgram<JobHostReport>("job-host.ts", task);
      hosts.push(host);
      return host;
    };
    await Promise.all(Array.from({ length: processes }, () => started(hire())));
    const fromMs = Date.now();
    const kills = await killSome(options, hosts, hire, fromMs + seconds * 1_000);
    const slots = slotsBetween(fromMs, Date.now(), periodSeconds * 1_000);
    await allRan(db, slots);
    const troubles = await stop(hosts.filter(isAlive));
    return { kills, troubles, toldOf: toldOf(hosts), ...verdict(slots, await ranSlots(db), periodSeconds) };
  });
}

/** A database with a table for what ran, and a queue. */
async function openPlace(
  { store, scheduler, periodSeconds, unmarked = false }: ManySchedulersOptions,
  atTheEnd: (cleanUp: CleanUp) => void,
) {
  const { location, drop } = await storeOf(store).open();
  atTheEnd(drop);
  const { storage, db, close } = openStore(location, { connections: 1 });
  atTheEnd(close);
  await storage.migrate();
  await sql`create table ran (slot bigint not null, pid bigint not null)`.execute(db);
  const queue = await schedulerOf(scheduler).open(location);
  atTheEnd(queue.close);
  const cron = `*/${periodSeconds} * * * * *`;
  const task: JobHostTask = { database: location, place: queue.place, cron, unmarked };
  return { task, db };
}

async function started(host: Host): Promise<void> {
  const hasStarted = () => host.reports.includes("started");
  await until("a process starts", () => hasStarted() || !isAlive(host), { withinMs: 60_000 });
  if (!hasStarted()) throw new Error(`A process ended before it had started: ${host.trouble()}`);
}

/** Returns how many, when it is over. */
async function killSome(
  { killEveryMs, seed }: ManySchedulersOptions,
  hosts: readonly Host[],
  hire: () => Host,
  untilMs: number,
): Promise<number> {
  const random = seededRandom(seed);
  for (let kills = 0; ; kills += 1) {
    const leftMs = Math.max(0, untilMs - Date.now());
    await setTimeout(Math.min(killEveryMs ?? leftMs, leftMs));
    if (Date.now() >= untilMs) return kills;
    const alive = hosts.filter(isAlive);
    alive[Math.floor(random() * alive.length)]?.process.kill("SIGKILL");
    hire();
  }
}

function isAlive({ process }: Host): boolean {
  return process.exitCode === null && process.signalCode === null && !process.killed;
}

function slotsBetween(fromMs: number, toMs: number, periodMs: number): number[] {
  const first = Math.floor(fromMs / periodMs) + 1;
  const count = Math.floor(toMs / periodMs) - first + 1;
  return Array.from({ length: count }, (_, index) => (first + index) * periodMs);
}

/** Waits for it; what is missing after a while is missing for good, and counted later. */
async function allRan(db: Kysely<unknown>, slots: readonly number[]): Promise<void> {
  const haveAll = async () => new Set(await ranSlots(db)).isSupersetOf(new Set(slots));
  await until("all slots have run", haveAll, { withinMs: 10_000, everyMs: 100 }).catch(() => undefined);
}

async function ranSlots(db: Kysely<unknown>): Promise<number[]> {
  const { rows } = await sql<{ slot: number | string }>`select slot from ran`.execute(db);
  return rows.map(({ slot }) => Number(slot));
}

/** As a deploy does. Returns what was printed by those that did not end well. */
async function stop(hosts: readonly Host[]): Promise<string[]> {
  for (const { process } of hosts) process.send("stop");
  const endings = await Promise.all(hosts.map((host) => host.ended()));
  return hosts.flatMap(({ trouble }, index) =>
    endings[index]?.code === 0 ? [] : [`${JSON.stringify(endings[index])}: ${trouble()}`],
  );
}

function toldOf(hosts: readonly Host[]): number {
  const counts = hosts.flatMap(({ reports }) =>
    reports.map((report) => (report === "started" ? 0 : report.missed.count)),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

function verdict(slots: readonly number[], ran: readonly number[], periodSeconds: number) {
  const times = tally(ran.map(String));
  const named = (all: readonly number[]) => all.map((slot) => new Date(slot).toISOString());
  return {
    slots: slots.length,
    missed: named(slots.filter((slot) => !times[slot])),
    twice: named([...new Set(ran)].filter((slot) => (times[slot] ?? 0) > 1)),
    strange: named(ran.filter((slot) => slot % (periodSeconds * 1_000) !== 0)),
  };
}
