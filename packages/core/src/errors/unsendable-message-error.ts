import { CallboardError } from "./callboard-error.js";

/** The rendered message could never be sent on this channel. Nothing was written. */
export class UnsendableMessageError extends CallboardError {
  override readonly name = "UnsendableMessageError";

  constructor(
    readonly template: string,
    readonly channel: string,
    /** One sentence each, with the cure. */
    readonly problems: readonly string[],
  ) {
    super(`Template "${template}" cannot be sent on "${channel}". ${problems.join(" ")}`);
  }
}
