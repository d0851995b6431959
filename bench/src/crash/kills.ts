import { inLanes } from "@callboard/tests/crash/in-lanes.ts";
import { slots } from "@callboard/tests/crash/open-callboard.ts";
import { randomKills } from "@callboard/tests/crash/random-kills.ts";
import { recoveryMs } from "@callboard/tests/crash/settings.ts";
import { unlucky } from "@callboard/tests/crash/unlucky.ts";
import { wipedQueue } from "@callboard/tests/crash/wiped-queue.ts";
import { counted } from "../harness/report.ts";
import { type Part, type PartTrial, placeHeads, placeOf } from "./part.ts";
import { seconds, verdictCells, verdictHeads } from "./verdict-columns.ts";

/** R01: kills at random moments. */
export const randomMoments: Part = {
  name: "random kills",
  title: "Killed at random moments (R01)",
  notes: [
    "Two workers with ten sends in flight each, a provider that answers after 200 ms; every 0.2 to 1.5 s one of the workers is killed and started again.",
    "Recovered: from the last kill until everything that was on its way then had an end, or was due again.",
    "Unavoidably: killed between the provider's acceptance and the record, while no receipts come.",
  ],
  heads: [
    ...placeHeads,
    ...["Receipts", "Notifications", "Kills", "At work"],
    ...verdictHeads,
    ...["Failed", "Recovered", "Took"],
  ],
  mostlyWaits: false,
  inQuick: true,
  async run(trial) {
    const lines = [];
    for (const receipts of [true, false]) lines.push(await killedAtRandom({ ...trial, receipts }));
    return lines;
  },
};

async function killedAtRandom(trial: PartTrial): Promise<string[]> {
  const [count, kills] = trial.args.quick ? [300, 6] : [5_000, 50];
  const kind = trial.receipts ? "on" : "off";
  trial.progress(`${trial.store} ${trial.scheduler}: random kills, receipts ${kind}`);
  const found = await randomKills({ ...trial, count, kills });
  const bounds = trial.receipts
    ? { toldTwice: 5, toldTwiceUnavoidably: 0 }
    : { toldTwice: 0, toldTwiceUnavoidably: kills * slots };
  const what = `receipts ${kind}`;
  const cells = verdictCells(trial, what, [found], bounds);
  trial.findings.none(`${what}: failed because of kills`, found.verdict.failed);
  // A quick run's waits are so short that a busy machine shows more than they do.
  const bound = trial.args.quick ? undefined : recoveryMs(trial.settings);
  trial.findings.figure(`${what}: recovered`, found.recoveredMs, "ms", bound);
  const counts = [count, kills, found.killsAtWork].map(counted);
  const times = [seconds(found.recoveredMs), seconds(found.tookMs)];
  const failed = counted(found.verdict.failed.length);
  return [...placeOf(trial), kind, ...counts, ...cells, failed, ...times];
}

/** R10: the engine forgets all that it was asked for. */
export const queueWiped: Part = {
  name: "wiped queue",
  title: "The engine's queue emptied in the middle of random kills (R10)",
  notes: [
    "BullMQ loses all keys below its prefix at one stroke, as by FLUSHALL; pg-boss its table of jobs, by TRUNCATE. Each time half of the next notifications is due 3 s later, so that there are hints to lose; then workers are killed as in R01.",
    "Hints lost: jobs that waited in the queue when it was emptied, each for up to some hundred notifications.",
  ],
  heads: [...placeHeads, "Receipts", "Notifications", "Kills", "Wipes", "Hints lost", ...verdictHeads],
  mostlyWaits: false,
  inQuick: true,
  schedulers: ["BullMQ", "pg-boss"],
  async run(trial) {
    const lines = [];
    for (const receipts of [true, false]) lines.push(await wipedInTheMiddle({ ...trial, receipts }));
    return lines;
  },
};

async function wipedInTheMiddle(trial: PartTrial): Promise<string[]> {
  const [portion, wipes, killsEach] = trial.args.quick ? [50, 3, 1] : [100, 10, 2];
  const kind = trial.receipts ? "on" : "off";
  trial.progress(`${trial.store} ${trial.scheduler}: queue emptied, receipts ${kind}`);
  const found = await wipedQueue({ ...trial, portion, wipes, killsEach });
  const kills = wipes * killsEach;
  const bounds = trial.receipts
    ? { toldTwice: 5, toldTwiceUnavoidably: 0 }
    : { toldTwice: 0, toldTwiceUnavoidably: kills * slots };
  const cells = verdictCells(trial, `receipts ${kind}`, [found], bounds);
  return [...placeOf(trial), kind, ...[found.queued, kills, wipes, found.hintsWiped].map(counted), ...cells];
}

/** R03: the same notifications' worker dies again and again. */
export const sameNotifications: Part = {
  name: "unlucky",
  title: "The same twenty notifications, their worker killed again and again (R03)",
  notes: [
    "Each worker dies right before the requests leave. Deaths have a counter of their own: the provider's answers alone use up attempts. What has three is sent one at a time, so that a death costs one of them another.",
  ],
  heads: [...placeHeads, "Deaths", "Sent", "Quarantined", ...verdictHeads],
  mostlyWaits: true,
  inQuick: false,
  async run(trial) {
    // Mostly waiting for leases.
    return inLanes([4, 5], 2, async (kills) => {
      trial.progress(`${trial.store} ${trial.scheduler}: ${kills} deaths over the same notifications`);
      const found = await unlucky({ ...trial, kills });
      const cells = verdictCells(trial, `${kills} deaths`, [found]);
      return [...placeOf(trial), String(kills), String(found.sent), String(found.quarantined), ...cells];
    });
  },
};
