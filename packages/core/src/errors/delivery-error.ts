import type { FailureClass } from "../domain/failure.js";
import { CallboardError } from "./callboard-error.js";

const marker = Symbol.for("@callboard/core.DeliveryError");

export interface DeliveryErrorDetails {
  /** How the engine reacts. */
  readonly failureClass: Exclude<FailureClass, "quarantined">;
  /** The provider's own code, verbatim. @default null */
  readonly providerCode?: string | null;
  /** Earliest useful retry, in ms from now. @default null: the provider gave none */
  readonly retryAfterMs?: number | null;
  /** Not one byte of the message has left, so that no attempt is spent on it. @default false */
  readonly unsent?: boolean;
  /** What a person can do about it, as a sentence. */
  readonly hint: string;
  readonly cause?: unknown;
}

/** The provider refused, or could not be reached. Thrown by transports; the retry policy reads it. */
export class DeliveryError extends CallboardError {
  override readonly name = "DeliveryError";
  readonly [marker] = true;
  readonly failureClass: Exclude<FailureClass, "quarantined">;
  readonly providerCode: string | null;
  readonly retryAfterMs: number | null;
  readonly unsent: boolean;
  readonly hint: string;

  constructor(message: string, details: DeliveryErrorDetails) {
    super(message, { cause: details.cause });
    this.failureClass = details.failureClass;
    this.providerCode = details.providerCode ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.unsent = details.unsent ?? false;
    this.hint = details.hint;
  }

  /** True across duplicate installs of this package, where `instanceof` is not. */
  static is(value: unknown): value is DeliveryError {
    return typeof value === "object" && value !== null && marker in value;
  }
}
