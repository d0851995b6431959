import { CallboardError } from "./callboard-error.js";
import { listOf } from "./list-of.js";

/** No event of this name is declared. */
export class UnknownEventError extends CallboardError {
  override readonly name = "UnknownEventError";

  constructor(
    readonly event: string,
    readonly known: readonly string[],
  ) {
    super(
      `No event "${event}". Known: ${listOf(known)}. Add it to createCallboard({ events }), or correct the name.`,
    );
  }
}
