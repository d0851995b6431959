import { asFields, parseJson } from "../narrow.js";
import type { Headers } from "./retry-after.js";

/**
 * The share of its calls that the app or the account has used up, in percent: the highest of all that Meta counts.
 * @see https://developers.facebook.com/docs/graph-api/overview/rate-limiting#headers
 */
export function usedPercent(headers: Headers): number {
  const app = read(headers["x-app-usage"]);
  const accounts = Object.values(asFields(read(headers["x-business-use-case-usage"])) ?? {}).flat();
  return Math.max(0, ...[app, ...accounts].flatMap(percentages));
}

function percentages(entry: unknown): number[] {
  const { call_count, total_cputime, total_time } = asFields(entry) ?? {};
  return [call_count, total_cputime, total_time].map(Number).filter((value) => value > 0);
}

function read(header: Headers[string]): unknown {
  return parseJson((typeof header === "object" ? header[0] : header) ?? "");
}
