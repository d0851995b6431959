import assert from "node:assert/strict";

/** What a suite needs of a test framework. */
export interface Runner {
  readonly test: (title: string, run: () => Promise<void>) => void;
  /** Deep and strict: compares structures, not identities. */
  readonly equal: (actual: unknown, expected: unknown) => void;
  readonly ok: (value: unknown, message: string) => void;
  /** Passes when `run` rejects with an error of this name. */
  readonly rejects: (run: () => Promise<unknown>, expected: { readonly name: string }) => Promise<void>;
}

/** Makes a runner of any framework's `test(title, run)`, with the assertions of Node. */
export function runnerOf(test: Runner["test"]): Runner {
  return {
    test,
    equal: (actual, expected) => assert.deepEqual(actual, expected),
    ok: (value, message) => assert.ok(value, message),
    rejects: (run, expected) => assert.rejects(run, expected),
  };
}
