import { frozenWorker } from "@callboard/tests/crash/frozen-worker.ts";
import { lostAnswers } from "@callboard/tests/crash/lost-answers.ts";
import { counted } from "../harness/report.ts";
import { type Part, type PartTrial, placeHeads, placeOf } from "./part.ts";
import { verdictCells, verdictHeads } from "./verdict-columns.ts";

/** R30: answers get lost. */
export const answersLost: Part = {
  name: "lost answers",
  title: "One in ten of the provider's answers is lost (R30)",
  notes: [
    "The provider accepts every message and cuts the connection instead of answering. Receipts come up to 2 s later, in any order.",
    "Affected: notifications of which an answer was lost. Without receipts `resend` sends each of them once more, and `hold` keeps them for a person.",
  ],
  heads: [...placeHeads, "Receipts", "onUncertain", "Notifications", "Affected", "Held", ...verdictHeads],
  mostlyWaits: false,
  inQuick: true,
  async run(trial) {
    const kinds = [
      { receipts: true, onUncertain: "resend" },
      { receipts: false, onUncertain: "resend" },
      { receipts: false, onUncertain: "hold" },
    ] as const;
    const lines = [];
    for (const kind of trial.args.quick ? kinds.slice(0, 1) : kinds) lines.push(await lose(trial, kind));
    return lines;
  },
};

async function lose(
  trial: PartTrial,
  { receipts, onUncertain }: { receipts: boolean; onUncertain: "resend" | "hold" },
): Promise<string[]> {
  const count = trial.args.quick ? 300 : 5_000;
  const kind = receipts ? "on" : "off";
  trial.progress(`${trial.store} ${trial.scheduler}: lost answers, receipts ${kind}, ${onUncertain}`);
  const found = await lostAnswers({ ...trial, receipts, onUncertain, count });
  const cells = verdictCells(trial, `receipts ${kind}, ${onUncertain}`, [found], {
    toldTwiceUnavoidably: !receipts && onUncertain === "resend" ? found.affected : 0,
  });
  const counts = [count, found.affected, found.verdict.held.length].map(counted);
  return [...placeOf(trial), kind, onUncertain, ...counts, ...cells];
}

/** R05: a worker that wakes too late. */
export const frozen: Part = {
  name: "frozen worker",
  title: "A worker freezes in mid-send, and wakes when its leases are over (R05)",
  notes: [
    "Its answers are lost meanwhile: what it has to say is older, and worse, than what receipts have told.",
  ],
  heads: [...placeHeads, ...verdictHeads],
  mostlyWaits: true,
  inQuick: false,
  run: async (trial) => {
    trial.progress(`${trial.store} ${trial.scheduler}: frozen worker`);
    return [[...placeOf(trial), ...verdictCells(trial, "frozen", [await frozenWorker(trial)])]];
  },
};
