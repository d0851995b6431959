/** How fast the floors are by themselves: absolute figures, for orientation only. */

import type { Floor } from "./floor/floor.ts";
import { memoryFloor } from "./floor/memory-floor.ts";
import { openFloor } from "./floor/open-floor.ts";
import { isWanted } from "./harness/arguments.ts";
import { wantedDatabases, withDatabase } from "./harness/databases.ts";
import { measure, type Stopwatch } from "./harness/measure.ts";
import { counted, type Report } from "./harness/report.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import { context, groupOf, people } from "./workload.ts";

const perClaim = 50;

await runBenchmark("floors", async (args, report) => {
  const [count, rounds] = args.quick ? [1_000, 3] : [10_000, 5];
  const rows: string[][] = [];
  const run = async (name: string, floor: Floor) => {
    report.progress(`${name} …`);
    rows.push(await measureFloor(name, floor, count, rounds, report));
  };
  if (isWanted(args, "memory floor")) await run("memory", memoryFloor());
  for (const name of wantedDatabases(args, ["floor"]))
    await withDatabase(name, report, (database) => run(name, openFloor(database)));
  report.table(
    `Floors, ${counted(count)} people: rows a second`,
    ["Floor", "Queue", `Claim ${perClaim} and record`, "Newest page", "Stats of 24 h", "Look up 1,000"],
    rows,
  );
});

async function measureFloor(
  name: string,
  floor: Floor,
  count: number,
  rounds: number,
  report: Report,
): Promise<string[]> {
  try {
    await floor.setUp(people(count), [count]);
    const queueing = await measure(
      [{ name, round: (time, index) => queueRound(floor, count, time, index) }],
      rounds,
    );
    await floor.prepareToRead();
    const providerIds = await sendThousand(floor, count);
    const reading = await measure([{ name, round: (time) => readRound(floor, providerIds, time) }], rounds);
    const rate = (label: string) => count / (queueing.ms(name, label).median / 1_000);
    report.figure(`queue ${count}, ${name} floor`, rate("queue"), "rows/s");
    report.figure(`claim and record ${count}, ${name} floor`, rate("dispatch"), "rows/s");
    const ms = (label: string) => `${reading.ms(name, label).median.toFixed(2)} ms`;
    return [name, counted(rate("queue")), counted(rate("dispatch")), ms("newest"), ms("stats"), ms("lookup")];
  } finally {
    await floor.close();
  }
}

async function queueRound(floor: Floor, count: number, time: Stopwatch, index: number): Promise<void> {
  await floor.clear();
  const order = { group: groupOf(count), key: `event-${index}`, context };
  const ids = await time("queue", () => floor.queue(order));
  if (ids.length !== count) throw new Error(`The floor queued ${ids.length} of ${count} people.`);
  let told = 0;
  await time("dispatch", async () => {
    for (;;) {
      const claimed = await floor.claim(perClaim);
      if (claimed.length === 0) return;
      told += claimed.length;
      await floor.record(claimed.map(({ id }) => ({ id, providerId: `wamid.${id}` })));
    }
  });
  if (told !== count) throw new Error(`The floor claimed ${told} of ${count} rows.`);
}

/** Queues everybody once more, and records a provider's id for 1,000 of them. */
async function sendThousand(floor: Floor, count: number): Promise<string[]> {
  await floor.queue({ group: groupOf(count), key: "read", context });
  const sent = (await floor.claim(1_000)).map(({ id }) => ({ id, providerId: `wamid.${id}` }));
  await floor.record(sent);
  return sent.map(({ providerId }) => providerId);
}

async function readRound(floor: Floor, providerIds: readonly string[], time: Stopwatch): Promise<void> {
  await time("newest", () => floor.newest(50));
  await time("stats", () => floor.stats());
  const found = await time("lookup", () => floor.byProviderId(providerIds));
  if (found.length !== providerIds.length) throw new Error(`The floor found ${found.length} messages.`);
}
