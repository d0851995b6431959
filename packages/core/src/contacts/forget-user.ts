import { unusableName } from "../domain/storable-text.js";
import { InvalidOptionsError } from "../errors/invalid-options-error.js";
import type { WriteOptions } from "../ports/storage.js";
import { repeatOnConflict } from "../repeat-on-conflict.js";
import type { Runtime } from "../runtime.js";

/** Where a person was known. */
export interface ForgottenUser {
  /** How many notifications they had; these stay, without what was in them. */
  readonly notifications: number;
  /** Out of how many groups they were taken. */
  readonly groups: number;
  /** `false`: there was no contact of this id. */
  readonly contact: boolean;
}

/** In one transaction, so that nobody is half forgotten. */
export async function forgetUser<Tx>(
  { storage, newId }: Runtime<Tx>,
  userId: string,
  { transaction }: WriteOptions<Tx> = {},
): Promise<ForgottenUser> {
  const problem = unusableName(userId);
  if (problem !== null) throw new InvalidOptionsError("forgetUser(userId)", problem);
  const forget = async (within: Tx): Promise<ForgottenUser> => {
    const options = { transaction: within };
    const person = { userId, pseudonym: `forgotten-${newId()}` };
    return {
      notifications: await storage.notifications.forget(person, options),
      groups: await storage.groups.forget(userId, options),
      contact: await storage.contacts.forget(userId, options),
    };
  };
  return transaction === undefined
    ? repeatOnConflict(() => storage.transaction(forget))
    : forget(transaction);
}
