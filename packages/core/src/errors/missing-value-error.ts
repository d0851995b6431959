import { CallboardError } from "./callboard-error.js";

/** A template prints a value that is not there. Nobody is sent an empty word. */
export class MissingValueError extends CallboardError {
  override readonly name = "MissingValueError";

  constructor(
    readonly template: string,
    /** As the template writes it, for example `it.order.note`. */
    readonly expression: string,
  ) {
    super(
      `Template "${template}" prints ${expression}, which has no value. Send one, or write a fallback in the template: <%= ${expression} ?? "none" %>.`,
    );
  }
}
