import { CallboardError } from "./callboard-error.js";
import { listOf } from "./list-of.js";

/** No template has this name. Fix the call; retrying cannot help. */
export class UnknownTemplateError extends CallboardError {
  override readonly name = "UnknownTemplateError";

  constructor(
    readonly template: string,
    readonly known: readonly string[],
  ) {
    super(
      `No template "${template}". Known: ${listOf(known)}. Add it to createCallboard({ templates }), or correct the name.`,
    );
  }
}
