import { CallboardError } from "./callboard-error.js";

/**
 * The same key was used before for something else. Nothing was written; with `commit: "each-page"`, nothing of the page
 * of people that met it.
 */
export class IdempotencyConflictError extends CallboardError {
  override readonly name = "IdempotencyConflictError";

  constructor(
    readonly template: string,
    readonly idempotencyKey: string,
    readonly notificationIds: readonly string[],
  ) {
    super(
      `Idempotency key "${idempotencyKey}" was used for template "${template}" before, with other content. Use one key per event, and the same content for the same key.`,
    );
  }
}
