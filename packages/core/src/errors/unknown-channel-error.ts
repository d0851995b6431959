import { CallboardError } from "./callboard-error.js";
import { listOf } from "./list-of.js";

/** No transport has this name. */
export class UnknownChannelError extends CallboardError {
  override readonly name = "UnknownChannelError";

  constructor(
    readonly channel: string,
    readonly known: readonly string[],
  ) {
    super(
      `No transport "${channel}". Known: ${listOf(known)}. Add it to createCallboard({ transports }), or correct the name.`,
    );
  }
}
