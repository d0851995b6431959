import { argumentsOrNull, type BenchArguments, readArguments } from "./arguments.ts";
import { createReport, type Report } from "./report.ts";

/**
 * The main program of a benchmark. The exit code says whether it could measure: 0 also when a target is missed, 1 when it
 * failed.
 */
export async function runBenchmark(
  name: string,
  body: (args: BenchArguments, report: Report) => Promise<void>,
): Promise<void> {
  const args = argumentsOrNull(readArguments);
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
