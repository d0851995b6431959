import { parseArgs } from "node:util";

/** What every benchmark understands. */
export interface BenchArguments {
  /** Prints the figures as one JSON object on the last line. */
  readonly json: boolean;
  /** Less of everything, within 50 seconds. */
  readonly quick: boolean;
  /** Runs only the parts whose name holds each of these texts. Empty: all. */
  readonly only: readonly string[];
}

/** @throws {TypeError} An option is not known; the message names it. */
export function readArguments(args: readonly string[] = process.argv.slice(2)): BenchArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
    },
  });
  return values;
}

/** Whether a part of the benchmark was asked for, by a name such as "postgres tables". */
export function isWanted({ only }: BenchArguments, part: string): boolean {
  return only.every((text) => part.includes(text));
}

/** `null`: what was typed is no option, which is told, and the exit code is 1. */
export function argumentsOrNull<Arguments>(read: () => Arguments): Arguments | null {
  try {
    return read();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
    return null;
  }
}
