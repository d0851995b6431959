import type { Runner } from "./runner.js";
import { batchConformance } from "./stores/batches.js";
import { cancellingConformance } from "./stores/cancelling.js";
import { claimLanesConformance } from "./stores/claim-lanes.js";
import { claimingConformance } from "./stores/claiming.js";
import { forgettingConformance } from "./stores/forgetting.js";
import { forgottenStoriesConformance } from "./stores/forgotten-stories.js";
import { insertingConformance } from "./stores/inserting.js";
import { interventionConformance } from "./stores/interventions.js";
import { pauseStoreConformance, probeConformance, templateStoreConformance } from "./stores/marks.js";
import { oldestDueConformance } from "./stores/oldest-due.js";
import { contactStoreConformance, groupStoreConformance } from "./stores/people.js";
import { purgedStoriesConformance } from "./stores/purged-stories.js";
import { purgingConformance } from "./stores/purging.js";
import { reachabilityConformance } from "./stores/reachability.js";
import { readingConformance } from "./stores/reading.js";
import { keptReceiptsConformance } from "./stores/receipts-kept.js";
import { receivingConformance } from "./stores/receiving.js";
import { recurringStoreConformance, slotsAheadConformance } from "./stores/slots.js";
import { type OpenStorage, stageOf } from "./stores/stage.js";
import { wholeNotificationsConformance } from "./stores/whole-notifications.js";

/** Every storage passes this: each verb of each store, alone, raced, repeated and rolled back. */
export function storageConformance<Tx>(runner: Runner, open: OpenStorage<Tx>): void {
  const stage = stageOf(runner, open);
  insertingConformance(stage);
  batchConformance(stage);
  claimingConformance(stage);
  claimLanesConformance(stage);
  oldestDueConformance(stage);
  interventionConformance(stage);
  cancellingConformance(stage);
  receivingConformance(stage);
  keptReceiptsConformance(stage);
  readingConformance(stage);
  wholeNotificationsConformance(stage);
  purgingConformance(stage);
  purgedStoriesConformance(stage);
  forgettingConformance(stage);
  forgottenStoriesConformance(stage);
  templateStoreConformance(stage);
  groupStoreConformance(stage);
  contactStoreConformance(stage);
  reachabilityConformance(stage);
  pauseStoreConformance(stage);
  probeConformance(stage);
  recurringStoreConformance(stage);
  slotsAheadConformance(stage);
}
