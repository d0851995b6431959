import { postgres } from "@callboard/test-databases";
import type { CleanUp } from "@callboard/tests/crash/clean-ups.ts";
import type { SchedulerPlace } from "@callboard/tests/crash/open-scheduler.ts";
import { type SchedulerName, schedulerOf, schedulers } from "@callboard/tests/crash/schedulers.ts";

/** Where the processes of one measurement meet. */
export interface Place {
  /** PostgreSQL's url. */
  readonly database: string;
  readonly queue: SchedulerPlace;
  /** PostgreSQL tells pg-boss of new jobs, over a connection of its own, instead of being asked twice a second. */
  readonly notified: boolean;
}

/** Why a scheduler cannot be measured here; `null` when it can. */
export function absenceOf(scheduler: SchedulerName): string | null {
  return postgres.absent ?? schedulers.find(({ name }) => name === scheduler)?.absent ?? null;
}

/** An empty database, and an empty queue. Both go at the end. */
export async function openPlace(
  scheduler: SchedulerName,
  atTheEnd: (cleanUp: CleanUp) => void,
  { notified = false } = {},
): Promise<Place> {
  const { url, close } = await postgres.open({ connections: 1 });
  atTheEnd(close);
  const queue = await schedulerOf(scheduler).open(url);
  atTheEnd(queue.close);
  return { database: url, queue: queue.place, notified };
}
