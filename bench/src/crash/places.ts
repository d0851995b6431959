import { absences, fewPlaces, isHere, type Place, places } from "@callboard/tests/crash/places.ts";
import { isWanted } from "../harness/arguments.ts";
import type { CrashArguments } from "./arguments.ts";
import type { Part } from "./part.ts";

/** Where a part is to run, of the places that are here. */
export function placesOf({ name, stores, schedulers }: Part, args: CrashArguments): Place[] {
  return placesFor(args).filter(
    (place) =>
      (stores?.includes(place.store) ?? true) &&
      (schedulers?.includes(place.scheduler) ?? true) &&
      isWanted(args, `${wordsOf(place)} ${name}`),
  );
}

/** What these arguments leave out, and why, in whole sentences. */
export function leftOutOf(args: CrashArguments): string[] {
  const memory =
    "Memory is left out: it ends with its process, and with it everything that a crash could leave.";
  const all = [memory, ...absences()];
  const elsewhere = places.filter((place) => !fewPlaces.some((few) => isSame(few, place)));
  if (args.eachStoreOnce) all.push(`--each-store-once leaves out ${elsewhere.map(titleOf).join(", ")}.`);
  if (args.quick && !args.eachStoreOnce)
    all.push("A quick run is on SQLite under in-process alone; --only names another place.");
  return all;
}

/** "PostgreSQL × pg-boss". */
export function titleOf({ store, scheduler }: Place): string {
  return `${store} × ${scheduler}`;
}

export function isSame(one: Place, other: Place): boolean {
  return one.store === other.store && one.scheduler === other.scheduler;
}

/** A quick run keeps to one place, unless it is told another. */
function placesFor({ quick, only, eachStoreOnce }: CrashArguments): Place[] {
  if (eachStoreOnce) return fewPlaces.filter(isHere);
  const here = places.filter(isHere);
  if (!quick) return here;
  const named = here.filter(({ store, scheduler }) =>
    [store, scheduler].some((name) => only.some((text) => text.includes(name.toLowerCase()))),
  );
  return named.length > 0 ? named : here.slice(0, 1);
}

function wordsOf({ store, scheduler }: Place): string {
  return `${store} ${scheduler}`.toLowerCase();
}
