import { describe, expect, test } from "vitest";
import { isHere, type Place } from "./crash/places.js";
import { manySchedulers } from "./experiments/many-schedulers.js";

const timeout = 120_000;
const places: readonly Place[] = [
  { store: "SQLite", scheduler: "in-process" },
  { store: "PostgreSQL", scheduler: "in-process" },
];

describe.concurrent.each(places.filter(isHere))("on $store", (place) => {
  test("each slot of a job runs once in four processes, while one after the other is killed and replaced", {
    timeout,
  }, async () => {
    const counts = await manySchedulers({
      ...{ ...place, processes: 4, periodSeconds: 1, seconds: 8, killEveryMs: 1_500, seed: 1 },
    });
    expect(counts.slots).toBeGreaterThanOrEqual(7);
    expect(counts.kills).toBeGreaterThanOrEqual(4);
    expect(counts).toMatchObject({ missed: [], twice: [], strange: [], toldOf: 0, troubles: [] });
  });
});

test.concurrent("processes without the mark are found: slots run twice", { timeout }, async () => {
  const { twice } = await manySchedulers({
    ...{ store: "SQLite", scheduler: "in-process", processes: 2, periodSeconds: 1, seconds: 3 },
    ...{ killEveryMs: null, seed: 1, unmarked: true },
  });
  expect(twice).not.toEqual([]);
});
