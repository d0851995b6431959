import { AssertionError } from "node:assert";
import { runnerOf, storageConformance } from "@callboard/testing/conformance";
import { expect, test } from "vitest";
import { acknowledgingMutants } from "./mutants/acknowledging.js";
import { aliasMutants } from "./mutants/aliases.js";
import { batchMutants } from "./mutants/batches.js";
import { cancellingMutants } from "./mutants/cancelling.js";
import { channelTemplateMutants } from "./mutants/channel-templates.js";
import { chargeMutants } from "./mutants/charges.js";
import { claimLaneMutants } from "./mutants/claim-lanes.js";
import { claimingMutants, overdueMutants, recordingMutants, settlingMutants } from "./mutants/claiming.js";
import { contactMutants } from "./mutants/contacts.js";
import { forgettingMutants } from "./mutants/forgetting.js";
import { forgottenStoryMutants } from "./mutants/forgotten-stories.js";
import { groupMutants } from "./mutants/groups.js";
import { insertingMutants, transactionMutants } from "./mutants/inserting.js";
import { interventionMutants } from "./mutants/interventions.js";
import { pauseMutants, probeMutants, templateMutants } from "./mutants/marks.js";
import { moveMutants } from "./mutants/moves.js";
import { type Mutants, type Mutation, openMutant, Refused } from "./mutants/mutant.js";
import { oldestDueMutants } from "./mutants/oldest-due.js";
import { preferenceMutants } from "./mutants/preferences.js";
import { purgedStoryMutants } from "./mutants/purged-stories.js";
import { purgingMutants } from "./mutants/purging.js";
import { reachabilityMutants } from "./mutants/reachability.js";
import { readingMutants } from "./mutants/reading.js";
import { keptReceiptMutants } from "./mutants/receipts-kept.js";
import { receivingMutants } from "./mutants/receiving.js";
import { recurringMutants, slotsAheadMutants } from "./mutants/slots.js";
import { webhookMutants } from "./mutants/webhooks.js";
import { webhooksAsideMutants } from "./mutants/webhooks-aside.js";
import { wholeNotificationMutants } from "./mutants/whole-notifications.js";

const mutants: Mutants = {
  ...insertingMutants,
  ...transactionMutants,
  ...batchMutants,
  ...claimingMutants,
  ...claimLaneMutants,
  ...oldestDueMutants,
  ...recordingMutants,
  ...settlingMutants,
  ...interventionMutants,
  ...cancellingMutants,
  ...overdueMutants,
  ...receivingMutants,
  ...keptReceiptMutants,
  ...acknowledgingMutants,
  ...chargeMutants,
  ...readingMutants,
  ...wholeNotificationMutants,
  ...purgingMutants,
  ...purgedStoryMutants,
  ...forgettingMutants,
  ...forgottenStoryMutants,
  ...templateMutants,
  ...channelTemplateMutants,
  ...groupMutants,
  ...contactMutants,
  ...reachabilityMutants,
  ...aliasMutants,
  ...preferenceMutants,
  ...moveMutants,
  ...pauseMutants,
  ...probeMutants,
  ...recurringMutants,
  ...slotsAheadMutants,
  ...webhookMutants,
  ...webhooksAsideMutants,
};

/** The tests of the suite for a mutant, by title. */
function suiteFor(mutate: Mutation): Map<string, () => Promise<void>> {
  const tests = new Map<string, () => Promise<void>>();
  const runner = runnerOf((title, run) => {
    if (tests.has(title)) throw new Error(`Two tests of the suite have the title "${title}".`);
    tests.set(title, run);
  });
  storageConformance(runner, () => openMutant(mutate));
  return tests;
}

test("storageConformance() passes a storage without faults", async () => {
  for (const run of suiteFor(() => ({})).values()) await run();
});

test("each test of storageConformance() finds a mutant", () => {
  expect(Object.keys(mutants).sort()).toEqual([...suiteFor(() => ({})).keys()].sort());
});

const rows = Object.entries(mutants).flatMap(([caughtBy, broken]) =>
  Object.entries(broken).map(([what, mutate]) => [what, mutate, caughtBy] as const),
);

test.each(rows)("storageConformance() finds it when %s", async (_, mutate, caughtBy) => {
  const run = suiteFor(mutate).get(caughtBy);
  const failure = await run?.().then(
    () => null,
    (error: unknown) => error,
  );
  // Anything else would be a mistake of the mutant's, or of the test's.
  expect([AssertionError, Refused]).toContain(failure?.constructor);
});
