import { CallboardError } from "./callboard-error.js";

/** What was given cannot be an address of this channel. The address itself is not repeated here. */
export class InvalidAddressError extends CallboardError {
  override readonly name = "InvalidAddressError";

  constructor(
    readonly channel: string,
    problem: string,
  ) {
    super(`Not an address for "${channel}": ${problem}`);
  }
}
