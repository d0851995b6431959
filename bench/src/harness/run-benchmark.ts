import { type BenchArguments, readArguments } from "./arguments.ts";
import { createReport, type Report } from "./report.ts";

/**
 * The main program of a benchmark. The exit code says whether it could measure: 0 also when a target is missed, 1 when it
 * failed.
 */
export async function runBenchmark(
  name: string,
  body: (args: BenchArguments, report: Report) => Promise<void>,
): Promise<void> {
  const args = argumentsOrNull();
  if (!args) return;
  const report = createReport(name, args);
  try {
    await body(args, report);
    report.finish();
  } catch (error) {
    console.error(error);
    report.fail(error);
    process.exitCode = 1;
  }
}

/** `null`: what was typed is no option, which is said already. */
function argumentsOrNull(): BenchArguments | null {
  try {
    return readArguments();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
    return null;
  }
}
