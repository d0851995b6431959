import { CallboardError } from "./callboard-error.js";

/** A template needs a value that is not there. Nobody is sent an empty word, or "undefined". */
export class MissingValueError extends CallboardError {
  override readonly name = "MissingValueError";

  constructor(
    readonly template: string,
    /** As the template writes it, for example `it.order.note`. */
    readonly expression: string,
    options?: { readonly cause?: unknown },
  ) {
    super(
      `Template "${template}" needs ${expression}, which has no value. Send one, or write a fallback in the template, such as <%= it.order?.note ?? "none" %>.`,
      options,
    );
  }
}
