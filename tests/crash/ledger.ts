import { appendFileSync, existsSync, readFileSync } from "node:fs";

/** One request that the provider had in full, in the order of their acceptance. */
export interface LedgerEntry {
  /** In ms since 1970. */
  readonly at: number;
  /** What the request carries for the receipts. `null`: it was not one of ours. */
  readonly attemptId: string | null;
  /** E.164. */
  readonly to: string;
  /** `null`: the provider refused it. */
  readonly messageId: string | null;
}

/** Adds one line; a line that is there is never touched again. */
export function writeLedger(file: string, entry: LedgerEntry): void {
  appendFileSync(file, `${JSON.stringify(entry)}\n`);
}

/** Everything so far. A file that nobody has written to is empty. */
export function readLedger(file: string): LedgerEntry[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}
