import { afterAll, describe, expect, test } from "vitest";
import { type Canary, canaries } from "./crash/canaries.js";
import { inLanes } from "./crash/in-lanes.js";
import { killAtStep } from "./crash/kill-at-step.js";
import { lostAnswers } from "./crash/lost-answers.js";
import { absences, fewPlaces, isHere, type Place } from "./crash/places.js";
import { Providers } from "./crash/providers.js";
import { randomKills } from "./crash/random-kills.js";
import { hasty } from "./crash/settings.js";
import type { Trial } from "./crash/stage.js";
import { steps } from "./crash/steps.js";
import { wipedQueue } from "./crash/wiped-queue.js";

const seed = Number(process.env.CALLBOARD_CRASH_SEED ?? Math.floor(Math.random() * 1e9));
const seedHint = `CALLBOARD_CRASH_SEED=${seed} repeats it`;
console.log(`The crash matrix: ${seedHint}.`);

const providers = new Providers();
afterAll(() => providers.close());

for (const absence of absences()) console.log(`The crash matrix: ${absence}`);
// Each store and each engine once; `npm run bench:crash` takes every engine on every store.
const here = fewPlaces.filter(isHere);
const withQueue = here.filter(({ scheduler }) => scheduler !== "in-process");

/** Processes that start at once; most of a round is waiting. */
const lanes = 8;
const limits = { timeout: 180_000 };

test.each(here)(
  "a worker on $store under $scheduler that is killed at any step tells everybody once",
  limits,
  async (place) => {
    const found = await inLanes(steps, lanes, async (step) => {
      const { misses } = await killAtStep({ ...trialAt(place), step });
      return misses.map((miss) => `killed ${step.name}: ${miss}`);
    });
    expect(found.flat(), seedHint).toEqual([]);
  },
);

describe("one after another, because receipts that come late look like a fault", () => {
  test.each(here)(
    "workers on $store under $scheduler that are killed at random moments lose nothing",
    limits,
    async (place) => {
      const { misses, killsAtWork } = await randomKills({ ...trialAt(place), count: 240, kills: 3 });
      expect(misses, seedHint).toEqual([]);
      expect(killsAtWork, seedHint).toBeGreaterThan(0);
    },
  );

  test.each(withQueue)(
    "workers on $store under $scheduler that are killed while its queue is emptied lose nothing",
    limits,
    async (place) => {
      const { misses } = await wipedQueue({
        ...trialAt(place),
        portion: 60,
        wipes: 2,
        killsEach: 1,
      });
      expect(misses, seedHint).toEqual([]);
    },
  );

  test("an experiment without the safeguard that it is about says so", limits, async () => {
    // Five deaths in a row take too long for here; `npm run bench:crash` counts them.
    const quick = canaries.filter(({ safeguard }) => safeguard !== "crash-counter");
    const found = await inLanes(
      quick,
      lanes,
      async (canary) => [canary.safeguard, await sings(canary)] as const,
    );
    expect(Object.fromEntries(found), seedHint).toEqual(
      Object.fromEntries(quick.map(({ safeguard }) => [safeguard, true])),
    );
  });
});

test(
  "a tenth of the provider's answers is lost, and receipts keep everybody from being told twice",
  limits,
  async () => {
    const { misses, affected } = await lostAnswers({
      ...trialAt(embedded),
      count: 150,
      onUncertain: "resend",
    });
    expect(misses, seedHint).toEqual([]);
    expect(affected, seedHint).toBeGreaterThan(0);
  },
);

const embedded: Place = { store: "SQLite", scheduler: "in-process" };

function trialAt(place: Place): Trial {
  return { ...place, providers, settings: hasty, seed, receipts: true };
}

async function sings({ run, finds }: Canary): Promise<boolean> {
  const misses = await run(trialAt(embedded));
  return misses.some((miss) => miss.includes(finds));
}
