import { setTimeout } from "node:timers/promises";
import type { Stage } from "./stage.ts";
import type { CrashWorker } from "./worker.ts";

/** Between two kills, in ms. */
const [shortestGapMs, longestGapMs] = [200, 1_500];

export interface KillSome {
  readonly kills: number;
  readonly random: () => number;
}

/**
 * Kills a worker at a random moment, and starts another one in its place in the list, again and again. Returns how many
 * kills struck while something was left to do.
 */
export async function killSome(
  stage: Stage,
  workers: CrashWorker[],
  { kills, random }: KillSome,
): Promise<number> {
  let killsAtWork = 0;
  await Promise.all(workers.map((worker) => worker.started()));
  for (let kill = 0; kill < kills; kill += 1) {
    await setTimeout(shortestGapMs + random() * (longestGapMs - shortestGapMs));
    const index = Math.floor(random() * workers.length);
    await workers[index]?.kill();
    workers[index] = stage.worker();
    if (!(await stage.ended(0))) killsAtWork += 1;
  }
  return killsAtWork;
}
