import type { Floor } from "../floor/floor.ts";
import { measure, type Side } from "../harness/measure.ts";
import { counted, type Report, shown, verdict, withSpread } from "../harness/report.ts";
import { context, groupOf, people } from "../workload.ts";
import type { CallboardSide } from "./callboard-side.ts";

/** A store and its floor, on the same database. */
export interface QueueContest {
  readonly name: string;
  readonly callboard: CallboardSide;
  readonly floor: Floor;
  /** Deletes every notification of ours, and keeps the people. */
  readonly clear: () => Promise<void>;
}

export interface QueueSizes {
  /** How many people are told by one call. */
  readonly sizes: readonly number[];
  readonly rounds: number;
}

const target = 1.25;

/** How much longer Callboard takes to queue for a group of people than the floor. */
export async function measureQueue(
  contest: QueueContest,
  { sizes, rounds }: QueueSizes,
  report: Report,
): Promise<void> {
  const { name, callboard, floor } = contest;
  const everybody = people(Math.max(...sizes));
  await Promise.all([callboard.setUp(everybody, sizes), floor.setUp(everybody, sizes)]);
  const rows: string[][] = [];
  for (const size of sizes) {
    report.progress(`${name}: queueing for ${counted(size)} people`);
    const results = await measure(sidesOf(contest, size), rounds);
    const ratio = results.ratio("callboard", "queue", "floor");
    const rate = (side: string) => counted(size / (results.ms(side, "queue").median / 1_000));
    const figure = report.figure(`queue ${size} ${name} vs floor`, ratio.median, "x", target);
    rows.push([
      counted(size),
      `${shown(results.ms("floor", "queue").median)} ms`,
      `${shown(results.ms("callboard", "queue").median)} ms`,
      rate("floor"),
      rate("callboard"),
      withSpread(ratio, "x"),
      figure.target ?? "",
      verdict(figure),
    ]);
  }
  report.table(
    `Queueing for a group, ${name}`,
    ["People", "Floor", "Callboard", "Floor rows/s", "Callboard rows/s", "Ratio", "Target", "Met"],
    rows,
  );
}

function sidesOf({ callboard, floor, clear }: QueueContest, size: number): Side[] {
  const group = groupOf(size);
  // Rows that could not be cleared must not count as told already.
  const keyOf = (index: number) => `event-${size}-${index}`;
  return [
    {
      name: "floor",
      async round(time, index) {
        await floor.clear();
        const ids = await time("queue", () => floor.queue({ group, key: keyOf(index), context }));
        expectCount("The floor", ids.length, size);
      },
    },
    {
      name: "callboard",
      async round(time, index) {
        await clear();
        const queued = await time("queue", () => callboard.queue({ group, key: keyOf(index) }));
        expectCount("Callboard", queued, size);
      },
    },
  ];
}

function expectCount(who: string, queued: number, size: number): void {
  if (queued !== size) throw new Error(`${who} queued ${queued} of ${size} people.`);
}
