import { CallboardError } from "./callboard-error.js";

/** start(), stop() or a call that needs one of them came at the wrong time. */
export class LifecycleError extends CallboardError {
  override readonly name = "LifecycleError";
}
