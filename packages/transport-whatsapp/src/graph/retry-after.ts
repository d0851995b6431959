import { asFields, parseJson } from "../narrow.js";

/** Header values by lower-case name, as undici and node:http give them. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

const longest = 3_600_000;
const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * The wait that the answer asks for, in ms, at most one hour; `null` when it asks for none. A date counts from the
 * answer's own `Date`, so that a wrong clock here does not matter. Zero, the past and garbage ask for none.
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 */
export function retryAfterMs(headers: Headers, now: Date): number | null {
  const value = one(headers["retry-after"]);
  if (value === null) return null;
  if (/^\d+$/.test(value)) return bounded(Number(value) * 1000);
  const until = dateOf(value);
  return until === null ? null : bounded(until - (dateOf(one(headers.date) ?? "") ?? now.getTime()));
}

/**
 * How long until Meta lets this app call again, in ms, at most one hour; `null` when it does not say.
 * @see https://developers.facebook.com/docs/graph-api/overview/rate-limiting#headers-2
 */
export function regainAccessMs(headers: Headers): number | null {
  const usage = asFields(parseJson(one(headers["x-business-use-case-usage"]) ?? ""));
  const minutes = Object.values(usage ?? {})
    .flat()
    .map((entry) => Number(asFields(entry)?.estimated_time_to_regain_access))
    .filter((value) => value > 0);
  return minutes.length === 0 ? null : bounded(Math.max(...minutes) * 60_000);
}

function bounded(delayMs: number): number | null {
  return delayMs > 0 ? Math.min(delayMs, longest) : null;
}

function dateOf(value: string): number | null {
  const time = httpDate.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}

function one(value: Headers[string]): string | null {
  const first = typeof value === "object" ? value[0] : value;
  return first?.trim() ?? null;
}
