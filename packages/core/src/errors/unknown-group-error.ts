import { CallboardError } from "./callboard-error.js";
import { listOf } from "./list-of.js";

/** At least one group does not exist. Nothing was written. */
export class UnknownGroupError extends CallboardError {
  override readonly name = "UnknownGroupError";

  constructor(readonly groups: readonly string[]) {
    super(`No group ${listOf(groups)}. Create it with callboard.groups.ensure([...]), or correct the name.`);
  }
}
