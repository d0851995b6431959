import { mariadb, postgres } from "@callboard/test-databases";
import { type SchedulerName, schedulers } from "../crash/schedulers.ts";
import { type ExperimentDatabase, present, sqlite } from "./databases.ts";

/** A database, and the engine that rings for what is in it. */
export interface EnginePlace {
  readonly database: ExperimentDatabase;
  readonly scheduler: SchedulerName;
}

/** Each engine once, and each database once; those that are here. */
export const enginePlaces: readonly EnginePlace[] = placesHere([
  { database: sqlite, scheduler: "in-process" },
  { database: postgres, scheduler: "pg-boss" },
  { database: mariadb.mysql2, scheduler: "BullMQ" },
]);

function placesHere(places: readonly EnginePlace[]): EnginePlace[] {
  const databases = present(places.map(({ database }) => database));
  return places.filter(({ database, scheduler }) => {
    const absent = schedulers.find(({ name }) => name === scheduler)?.absent ?? null;
    if (absent !== null) console.log(`Left out, because ${absent}: the experiment under ${scheduler}.`);
    return absent === null && databases.includes(database);
  });
}
