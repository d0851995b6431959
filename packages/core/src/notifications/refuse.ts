import { InvalidOptionsError } from "../errors/invalid-options-error.js";

/** Refuses one option of a call such as `notifications.page`. */
export function refuse(call: string, option: string, problem: string): never {
  throw new InvalidOptionsError(`${call}({ ${option} })`, problem);
}

/** A misspelt option would be left out unnoticed: a filter that lets everything pass, a period without an end. */
export function refuseUnknown(call: string, given: object, known: Readonly<Record<string, true>>): void {
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(known, key));
  if (unknown !== undefined) {
    refuse(call, unknown, `is no option. Known: ${Object.keys(known).join(", ")}.`);
  }
}
