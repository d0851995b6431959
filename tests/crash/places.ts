import { type SchedulerName, schedulers } from "./schedulers.ts";
import { type StoreName, stores } from "./stores.ts";

/** Where an experiment takes place. */
export interface Place {
  readonly store: StoreName;
  readonly scheduler: SchedulerName;
}

/** Each engine on each store that it can ring for, by stores. */
export const places: readonly Place[] = stores.flatMap(({ name: store }) =>
  schedulers
    .filter((scheduler) => scheduler.stores.includes(store))
    .map(({ name: scheduler }) => ({ store, scheduler })),
);

/** Each store once, and each engine once. */
export const fewPlaces: readonly Place[] = [
  { store: "SQLite", scheduler: "in-process" },
  { store: "PostgreSQL", scheduler: "pg-boss" },
  { store: "MariaDB", scheduler: "BullMQ" },
];

const here = new Set<string>(
  [...stores, ...schedulers].filter(({ absent }) => absent === null).map(({ name }) => name),
);

/** Whether both the store and the engine can be used here. */
export function isHere({ store, scheduler }: Place): boolean {
  return here.has(store) && here.has(scheduler);
}

/** What is left out, and why, in whole sentences. */
export function absences(): string[] {
  return [...stores, ...schedulers].flatMap(({ name, absent }) =>
    absent === null ? [] : [`${name} is left out, because ${absent}`],
  );
}
