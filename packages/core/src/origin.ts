import { AsyncLocalStorage } from "node:async_hooks";
import type { Origin } from "./domain/batch.js";
import { storable } from "./domain/storable-text.js";

const origins = new AsyncLocalStorage<Origin | null>();

/** Runs a handler of an event; whatever it queues, also later, is known to have been asked for by that event. */
export function withinEvent<Result>(name: string, id: string, handler: () => Result): Result {
  return origins.run({ type: "event", name: storable(name, 255), id: storable(id, 255) }, handler);
}

/** Runs a recurring job for one slot; whatever it queues is known to have been asked for by that slot. */
export function withinJob<Result>(name: string, slot: Date, run: () => Result): Result {
  return origins.run({ type: "job", name, slot: slot.toISOString() }, run);
}

/** Runs what goes on after an event or job, and for others than those who asked. */
export function outsideOrigin<Result>(work: () => Result): Result {
  return origins.run(null, work);
}

/** What the code that is running was called by; `null`: neither an event nor a job. */
export function currentOrigin(): Origin | null {
  return origins.getStore() ?? null;
}
