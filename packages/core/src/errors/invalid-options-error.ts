import { CallboardError } from "./callboard-error.js";

/** A call or a configuration that cannot work. Names the option, what is wrong, and the cure. */
export class InvalidOptionsError extends CallboardError {
  override readonly name = "InvalidOptionsError";

  constructor(
    /** Where, for example `queueNotificationsToUsers({ expiresAt })`. */
    readonly path: string,
    problem: string,
  ) {
    super(`${path}: ${problem}`);
  }
}
