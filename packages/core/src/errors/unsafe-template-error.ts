import { CallboardError } from "./callboard-error.js";

/** A template holds JavaScript beyond what templates may do. It is never run. */
export class UnsafeTemplateError extends CallboardError {
  override readonly name = "UnsafeTemplateError";

  constructor(
    readonly template: string,
    /** Counted from 1, in the template's source. */
    readonly line: number,
    readonly column: number,
    /** The offending piece, as written. */
    readonly piece: string,
    cure: string,
  ) {
    super(`Template "${template}", line ${line}, column ${column}: "${piece}" is not allowed. ${cure}`);
  }
}
