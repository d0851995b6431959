import pRetry from "p-retry";
import { StorageError } from "./errors/storage-error.js";

/**
 * Runs a transaction that is ours, and runs it again when another one was in its way, up to five times: whatever else
 * it fails with is thrown as it is. Everything that `transaction` builds up it must begin anew on each run.
 *
 * @throws {StorageError} `conflict`, when there was one each time.
 */
export async function repeatOnConflict<Result>(transaction: () => Promise<Result>): Promise<Result> {
  const run = async () => {
    try {
      return { result: await transaction() };
    } catch (error) {
      if (isConflict(error)) throw error;
      // Kept from p-retry, which would repeat it, or replace what is no Error.
      return { error };
    }
  };
  const outcome = await pRetry(run, { retries: 5, minTimeout: 10, maxTimeout: 200, randomize: true });
  if ("error" in outcome) throw outcome.error;
  return outcome.result;
}

function isConflict(error: unknown): boolean {
  return StorageError.is(error) && error.fault === "conflict";
}
