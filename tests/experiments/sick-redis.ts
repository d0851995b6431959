import { setTimeout } from "node:timers/promises";
import type { QueueingHostReport } from "../fixtures/queueing-host.ts";
import { toldCounts, userIds } from "./branch-offices.ts";
import { openRedisWorld, type RedisWorld, type RedisWorldOptions } from "./redis-world.ts";
import type { Sickness } from "./sicknesses.ts";
import { until } from "./until.ts";

export interface SickRedisOptions extends RedisWorldOptions {
  /** A multiple of 10: calls for one person each, by a process that only queues, each time that Redis is unwell. */
  readonly calls: number;
  /** How long Redis is unwell at least, each time. @default as long as the calls take */
  readonly forMs?: number;
  /** How long to wait, each time, until all that was queued is told of. @default 60_000 */
  readonly patienceMs?: number;
}

export interface SickRedisCounts {
  /** Notifications that a process queued while Redis was unwell, and how many of them were told of before it was well. */
  readonly queued: number;
  readonly told: number;
  readonly unsent: Readonly<Record<string, number>>;
  readonly repeatedSends: number;
  /** Why calls rejected. */
  readonly rejected: readonly string[];
  /** Rings asked for beyond one a second: a Redis that has just failed is left alone. One that never fails is asked each time. */
  readonly askedTooOften: number;
  /** What `health()` said, without repetitions. */
  readonly health: readonly string[];
  /** How long it took to say that all is not well, at most. */
  readonly noticedAfterMs: number;
  readonly warnings: readonly string[];
  /** The worst of all the times that Redis was unwell. */
  readonly worst: Measured;
  /** The same of a tenth of the calls when Redis is well again: what the machine takes for them by itself. */
  readonly whenWell: Measured;
}

type Measured = Readonly<Record<(typeof measured)[number], number>>;

const measured = ["p99Ms", "longestMs", "growthMb"] as const;

const onePerson = userIds.slice(0, 1);

/** R11: Redis is unwell for a while. Rings come again when it is well, without a restart, or it rejects. */
export async function sickRedis(options: SickRedisOptions): Promise<SickRedisCounts> {
  const world = await openRedisWorld(options);
  const { times = 1, isDownAtBoot = false } = options.sickness;
  const [reports, noticedMs] = [[] as QueueingHostReport[], [] as number[]];
  let told = 0;
  try {
    if (!isDownAtBoot) await world.getsWell();
    for (let time = 0; time < times; time += 1) {
      const spell = await beSick(world, options, `SICK-${time}`);
      reports.push(spell.report);
      noticedMs.push(spell.noticedAfterMs);
      told = spell.told;
    }
    const well = await world.host.queue({ name: "WELL", calls: options.calls / 10, userIds: onePerson });
    // That process may be connected again a little later, and ring for nobody by then.
    await world.offices.ringsAgain();
    await until("these are told of, too", world.offices.rung.isIdle);
    const noticedAfterMs = Math.max(...noticedMs);
    return {
      ...(await summary(world, reports, options.sickness)),
      told,
      noticedAfterMs,
      whenWell: worstOf([well]),
    };
  } finally {
    await world.close();
  }
}

/** One spell: a process queues, the sweep tells of it meanwhile, and Redis gets well. */
async function beSick(world: RedisWorld, options: SickRedisOptions, name: string) {
  const { sickness, calls, forMs = 0, patienceMs = 60_000 } = options;
  const { offices, host } = world;
  await sickness.begin(world);
  const beganAt = Date.now();
  let noticedAfterMs = 0;
  const noticing = sickness.goesUnnoticed ? Promise.resolve() : world.getsUnwell();
  const [report] = await Promise.all([
    host.queue({ name, calls, userIds: onePerson }),
    noticing.then(() => {
      noticedAfterMs = Date.now() - beganAt;
    }),
    setTimeout(forMs),
  ]);
  const givenUpAt = Date.now() + patienceMs;
  const isOver = async () => Date.now() > givenUpAt || (await offices.rung.isIdle());
  await until("all of it is told of, or it takes too long", isOver, { withinMs: patienceMs + 10_000 });
  const told = offices.told();
  await sickness.end(world);
  await world.getsWell();
  return { report, noticedAfterMs, told };
}

async function summary(
  { offices, health }: RedisWorld,
  reports: readonly QueueingHostReport[],
  { goesUnnoticed = false }: Sickness,
) {
  const { unsent, repeatedSends } = await toldCounts(offices);
  const tooOften = ({ asked, tookMs }: QueueingHostReport) =>
    goesUnnoticed ? 0 : Math.max(0, asked - 1 - tookMs / 1_000);
  const sum = (of: (report: QueueingHostReport) => number) => reports.reduce((all, one) => all + of(one), 0);
  return {
    ...{ unsent, repeatedSends, health },
    queued: sum(({ queued }) => queued),
    rejected: reports.flatMap(({ rejected }) => rejected),
    askedTooOften: Math.ceil(sum(tooOften)),
    warnings: offices.logger.entries.flatMap(({ level, message }) => (level === "warn" ? [message] : [])),
    worst: worstOf(reports),
  };
}

function worstOf(reports: readonly QueueingHostReport[]): Measured {
  const worst = measured.map((what) => [what, Math.max(...reports.map((report) => report[what]))] as const);
  return Object.fromEntries(worst) as Measured;
}
