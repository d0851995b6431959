import type { Runner } from "./runner.js";
import { claimingConformance } from "./stores/claiming.js";
import { forgettingConformance } from "./stores/forgetting.js";
import { insertingConformance } from "./stores/inserting.js";
import {
  pauseStoreConformance,
  recurringStoreConformance,
  templateStoreConformance,
} from "./stores/marks.js";
import { contactStoreConformance, groupStoreConformance } from "./stores/people.js";
import { purgingConformance } from "./stores/purging.js";
import { readingConformance } from "./stores/reading.js";
import { receivingConformance } from "./stores/receiving.js";
import { type OpenStorage, stageOf } from "./stores/stage.js";

/** Every storage passes this: each verb of each store, alone, raced, repeated and rolled back. */
export function storageConformance<Tx>(runner: Runner, open: OpenStorage<Tx>): void {
  const stage = stageOf(runner, open);
  insertingConformance(stage);
  claimingConformance(stage);
  receivingConformance(stage);
  readingConformance(stage);
  purgingConformance(stage);
  forgettingConformance(stage);
  templateStoreConformance(stage);
  groupStoreConformance(stage);
  contactStoreConformance(stage);
  pauseStoreConformance(stage);
  recurringStoreConformance(stage);
}
