import { InvalidOptionsError } from "../errors/invalid-options-error.js";
import type { QueueOptions } from "./queue-options.js";
import type { QueueRequest } from "./queue-request.js";

const known: Record<keyof QueueOptions<unknown>, true> = {
  transaction: true,
  commit: true,
  onProgress: true,
};

/**
 * Refuses options that are misspelt, and those that cannot work together.
 *
 * @throws {InvalidOptionsError}
 */
export function checkQueueOptions<Tx>(options: QueueOptions<Tx>, { idempotencyKey }: QueueRequest): void {
  const { transaction, commit, onProgress } = options;
  const unknown = Object.keys(options).find((key) => !Object.hasOwn(known, key));
  if (unknown) refuse(unknown, `is no option. Known: ${Object.keys(known).join(", ")}.`);
  if (commit !== undefined && commit !== "once" && commit !== "each-page") {
    refuse("commit", "must be one of once, each-page.");
  }
  if (onProgress !== undefined && typeof onProgress !== "function")
    refuse("onProgress", "must be a function.");
  if (commit !== "each-page") return;
  if (transaction !== undefined) {
    refuse("commit", '"each-page" commits transactions of its own. Leave out transaction, or choose "once".');
  }
  if (idempotencyKey === undefined) {
    refuse(
      "commit",
      '"each-page" needs an idempotencyKey in the request: a call that was interrupted is finished by repeating it. Give one, or choose "once".',
    );
  }
}

function refuse(option: string, problem: string): never {
  throw new InvalidOptionsError(`queueNotificationsToUsers(…, { ${option} })`, problem);
}
