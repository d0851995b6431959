import { type DeliveryPolicy, defaultDeliveryPolicy } from "./domain/delivery-policy.js";
import { InvalidOptionsError } from "./errors/invalid-options-error.js";

const limits = { maxAttempts: true, maxAgeMs: true };
const classes = { retry: limits, "retry-later": limits };

/**
 * Refuses a policy with an option that does not exist, or that is no count and no duration.
 *
 * @param path where it was given, for the error
 * @throws {InvalidOptionsError}
 */
export function checkPolicy(
  path: string,
  { classes: byClass = {}, ...policy }: Partial<DeliveryPolicy>,
): void {
  checkNumbers(path, policy, defaultDeliveryPolicy);
  checkKeys(`${path}.classes`, byClass, classes);
  for (const [name, ofClass] of Object.entries(byClass)) {
    if (ofClass) checkNumbers(`${path}.classes["${name}"]`, ofClass, limits);
  }
}

function checkNumbers(path: string, given: object, known: object): void {
  checkKeys(path, given, known);
  for (const [name, value] of Object.entries(given)) {
    if (!Number.isSafeInteger(value) || value < 1)
      refuse(`${path}.${name}`, "must be a whole number of at least 1.");
  }
}

/** A misspelt option would leave its default in force, unnoticed. */
function checkKeys(path: string, given: object, known: object): void {
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(known, key));
  if (unknown !== undefined)
    refuse(`${path}.${unknown}`, `is no option. Known: ${Object.keys(known).join(", ")}.`);
}

function refuse(path: string, problem: string): never {
  throw new InvalidOptionsError(`createCallboard({ ${path} })`, problem);
}
