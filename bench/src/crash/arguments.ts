import { parseArgs } from "node:util";
import type { BenchArguments } from "../harness/arguments.ts";

/** What `npm run bench:crash` understands beyond every benchmark's options. */
export interface CrashArguments extends BenchArguments {
  /** The same kills, losses and delays for the same number. Real processes on a real machine never repeat exactly. */
  readonly seed: number;
  /** With Callboard's own defaults, instead of a tenth of their patience. */
  readonly production: boolean;
  /** How often each step is met, with receipts and without. */
  readonly rounds: number;
  /** Each store under one engine, instead of every engine on every store that it can ring for. */
  readonly eachStoreOnce: boolean;
}

/** @throws {TypeError} An option is not known or is no number; the message names it. */
export function readCrashArguments(args: readonly string[] = process.argv.slice(2)): CrashArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      production: { type: "boolean", default: false },
      seed: { type: "string" },
      rounds: { type: "string" },
      "each-store-once": { type: "boolean", default: false },
    },
  });
  const { json, quick, only, production, "each-store-once": eachStoreOnce } = values;
  const seed = wholeNumber("seed", values.seed) ?? Math.floor(Math.random() * 1e9);
  const rounds = wholeNumber("rounds", values.rounds) ?? (quick ? 1 : 20);
  return { json, quick, only, production, seed, rounds, eachStoreOnce };
}

function wholeNumber(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^\d{1,9}$/.test(text)) throw new TypeError(`--${name} needs a whole number, not "${text}".`);
  return Number(text);
}
