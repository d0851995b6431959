import { CallboardError } from "./callboard-error.js";

/** A template that cannot be read as Eta. */
export class TemplateSyntaxError extends CallboardError {
  override readonly name = "TemplateSyntaxError";

  constructor(
    readonly template: string,
    problem: string,
    options?: { readonly cause?: unknown },
  ) {
    super(`Template "${template}" cannot be read: ${problem}`, options);
  }
}
