import type { Batch, SkipReason } from "../domain/batch.js";
import type { Explanation } from "./explanation.js";

/** Whom a call is said not to have told. */
export interface MissingRequest {
  /** From the call's result. */
  readonly batchId: string;
  readonly userId: string;
}

/** Why a call did not tell a person, or what stands in its way. `text` says it for people. */
export type MissingExplanation =
  /** It did queue a notification for them; the explanation tells what became of it. */
  | { readonly type: "queued"; readonly explanation: Explanation; readonly text: string }
  | SkippedMissing
  /** Another call under the same idempotency key has told them, or is about to. */
  | {
      readonly type: "duplicate";
      readonly batch: Batch;
      readonly explanation: Explanation;
      readonly text: string;
    }
  | NotAskedMissing
  | UnknownBatchMissing;

export interface SkippedMissing {
  readonly type: "skipped";
  readonly batch: Batch;
  readonly reason: SkipReason;
  /** What to do about it. */
  readonly hint: string;
  readonly text: string;
}

/** The call neither named them, nor were they in a group that it asked for. Or they were, and have been forgotten. */
export interface NotAskedMissing {
  readonly type: "not-asked";
  readonly batch: Batch;
  /** Those of the groups asked for in which they are now. `null`: the groups are too large to look them through. */
  readonly memberOf: readonly string[] | null;
  readonly text: string;
}

/** Nothing is known of such a call: there was none, its record has been deleted, or none was kept. */
export interface UnknownBatchMissing {
  readonly type: "unknown-batch";
  /** Notifications of it are there, though: the call was made before records of calls were kept. */
  readonly toldOthers: boolean;
  readonly text: string;
}
