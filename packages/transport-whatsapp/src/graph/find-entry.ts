import {
  busyMediaHost,
  codeRanges,
  type GraphErrorEntry,
  graphErrorTable,
  wrongAddress,
  wrongNumberId,
} from "./error-table.js";
import type { GraphError } from "./graph-error.js";

const transient: GraphErrorEntry = {
  failureClass: "retry",
  hint: "Nothing to do: Meta calls the fault temporary, and the message is tried again by itself.",
};
const throttled: GraphErrorEntry = {
  failureClass: "sender",
  hint: "Nothing to do: Meta asks for fewer calls, and sending resumes by itself.",
  retryAfterMs: 30_000,
};
const unknown: GraphErrorEntry = {
  failureClass: "permanent-request",
  hint: "Look the code up in Meta's list of error codes; it is not known here.",
};

/** What an error means: by its code, then by Meta's own "transient" mark, then by the HTTP status. */
export function findEntry(error: GraphError, httpStatus: number | null): GraphErrorEntry {
  const known = special(error) ?? graphErrorTable[error.code] ?? ranged(error.code);
  if (known !== undefined) return known;
  if (error.transient) return transient;
  if (httpStatus === 429) return throttled;
  return httpStatus !== null && httpStatus >= 500 ? transient : unknown;
}

function special({ code, subcode, details, title }: GraphError): GraphErrorEntry | undefined {
  const words = `${title ?? ""} ${details ?? ""}`;
  if (code === 100 && subcode === 33) return wrongNumberId;
  if (code === 131009 && /recipient|phone(?![ _]?number[ _]id)/i.test(words)) return wrongAddress;
  if (code === 131053 && /\b(?:429|5\d\d)\b/.test(details ?? "")) return busyMediaHost;
  return undefined;
}

function ranged(code: number): GraphErrorEntry | undefined {
  return codeRanges.find(({ from, to }) => code >= from && code <= to)?.entry;
}
