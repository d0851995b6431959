import { type Runner, runnerOf } from "../src/conformance.js";

/** The titles of a suite's tests, which are not run. */
export function titlesOf(suite: (runner: Runner) => void): string[] {
  const titles: string[] = [];
  suite(runnerOf((title) => void titles.push(title)));
  return titles;
}

/** Runs a suite and gives the titles of the tests that failed. */
export async function failuresOf(suite: (runner: Runner) => void): Promise<string[]> {
  const tests: { title: string; run: () => Promise<void> }[] = [];
  suite(runnerOf((title, run) => void tests.push({ title, run })));
  const failures: string[] = [];
  for (const { title, run } of tests) await run().catch(() => failures.push(title));
  return failures;
}
