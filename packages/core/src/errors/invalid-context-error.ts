import { CallboardError } from "./callboard-error.js";

/** One thing that is wrong with a context or an event's data. */
export interface ContextProblem {
  /** For example `context.order.lines[2].price`. */
  readonly path: string;
  readonly problem: string;
}

/** What was handed over does not fit its schema, or is not plain JSON. Nothing was written. */
export class InvalidContextError extends CallboardError {
  override readonly name = "InvalidContextError";

  constructor(
    /** For example `template "new_order_created"` or `event "order.created"`. */
    readonly subject: string,
    readonly problems: readonly ContextProblem[],
  ) {
    super(
      `The data for ${subject} does not fit. ${problems.map(({ path, problem }) => `${path}: ${problem}`).join(" ")}`,
    );
  }
}
