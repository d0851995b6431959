import { collectGarbage } from "./memory.ts";

/** Runs a piece of work and keeps how long it took, under a label. */
export type Stopwatch = <Result>(label: string, work: () => Promise<Result>) => Promise<Result>;

/** One of the things that are compared. */
export interface Side {
  readonly name: string;
  /** One round. Only what goes through the stopwatch counts; a label may be timed several times. */
  readonly round: (time: Stopwatch, index: number) => Promise<void>;
}

export interface Summary {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export interface Measurements {
  /** Labels in the order in which they were first timed. */
  readonly labels: readonly string[];
  /** How long the work under a label took on one side, in ms. */
  ms(side: string, label: string): Summary;
  /** How many times as long it took on one side as on the other, round by round. */
  ratio(side: string, label: string, other: string): Summary;
}

/**
 * Lets all sides run in turns, in one process, so that whatever else the machine does falls on all of them alike. A round
 * before the first warms everything up and is not counted; every second one runs the other way round.
 *
 * @param rounds At least 3.
 */
export async function measure(sides: readonly Side[], rounds: number): Promise<Measurements> {
  const samples = new Map<string, Map<string, number[]>>();
  for (const { name } of sides) samples.set(name, new Map());
  for (let index = -1; index < rounds; index += 1) {
    for (const side of index % 2 === 0 ? sides : sides.toReversed()) {
      const times = await timeRound(side, index);
      if (index < 0) continue;
      const kept = samples.get(side.name);
      for (const [label, ms] of times) kept?.set(label, [...(kept.get(label) ?? []), summarise(ms).median]);
    }
  }
  return measurements(samples);
}

async function timeRound(side: Side, index: number): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>();
  collectGarbage();
  await side.round(async (label, work) => {
    const start = performance.now();
    const result = await work();
    times.set(label, [...(times.get(label) ?? []), performance.now() - start]);
    return result;
  }, index);
  return times;
}

function measurements(samples: ReadonlyMap<string, ReadonlyMap<string, number[]>>): Measurements {
  const of = (side: string, label: string) => samples.get(side)?.get(label) ?? [];
  return {
    labels: [...new Set([...samples.values()].flatMap((labels) => [...labels.keys()]))],
    ms: (side, label) => summarise(of(side, label)),
    ratio(side, label, other) {
      const others = of(other, label);
      return summarise(of(side, label).map((ms, round) => ms / (others[round] ?? Number.NaN)));
    },
  };
}

export function summarise(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  const lower = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  return { median: (lower + upper) / 2, low: sorted[0] ?? Number.NaN, high: sorted.at(-1) ?? Number.NaN };
}

/** The value that so large a share of all values does not exceed. @param share From 0 to 1. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
