import { afterAll, expect, test } from "vitest";
import { type Canary, canaries } from "./crash/canaries.js";
import { inLanes } from "./crash/in-lanes.js";
import { killAtStep } from "./crash/kill-at-step.js";
import { lostAnswers } from "./crash/lost-answers.js";
import { Providers } from "./crash/providers.js";
import { randomKills } from "./crash/random-kills.js";
import { hasty } from "./crash/settings.js";
import type { Trial } from "./crash/stage.js";
import { steps } from "./crash/steps.js";
import { type StoreName, stores } from "./crash/stores.js";

const seed = Number(process.env.CALLBOARD_CRASH_SEED ?? Math.floor(Math.random() * 1e9));
const seedHint = `CALLBOARD_CRASH_SEED=${seed} repeats it`;
console.log(`The crash matrix: ${seedHint}.`);

const providers = new Providers();
afterAll(() => providers.close());

for (const { name, absent } of stores)
  if (absent !== null) console.log(`Left out, because ${absent}: the crash matrix on ${name}.`);
const here = stores.filter(({ absent }) => absent === null).map(({ name }) => name);

/** Processes that start at once; most of a round is waiting. */
const lanes = 8;
const limits = { timeout: 180_000 };

test.each(here)("a worker on %s that is killed at any step tells everybody once", limits, async (store) => {
  const found = await inLanes(steps, lanes, async (step) => {
    const { misses } = await killAtStep({ ...trialOn(store), step });
    return misses.map((miss) => `killed ${step.name}: ${miss}`);
  });
  expect(found.flat(), seedHint).toEqual([]);
});

test.each(here)("workers on %s that are killed at random moments lose nothing", limits, async (store) => {
  const { misses, killsAtWork } = await randomKills({ ...trialOn(store), count: 240, kills: 3 });
  expect(misses, seedHint).toEqual([]);
  expect(killsAtWork, seedHint).toBeGreaterThan(0);
});

test(
  "a tenth of the provider's answers is lost, and receipts keep everybody from being told twice",
  limits,
  async () => {
    const options = { count: 150, onUncertain: "resend" } as const;
    const { misses, affected } = await lostAnswers({ ...trialOn("SQLite"), ...options });
    expect(misses, seedHint).toEqual([]);
    expect(affected, seedHint).toBeGreaterThan(0);
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

function trialOn(store: StoreName): Trial {
  return { providers, store, scheduler: "in-process", settings: hasty, seed, receipts: true };
}

async function sings({ run, finds }: Canary): Promise<boolean> {
  const misses = await run(trialOn("SQLite"));
  return misses.some((miss) => miss.includes(finds));
}
