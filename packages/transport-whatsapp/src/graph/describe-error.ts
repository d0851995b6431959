import { printable } from "../content/flatten.js";
import type { GraphError } from "./graph-error.js";

/**
 * One sentence with Meta's code, subcode, title and trace id. Meta quotes what it was sent, so whatever may be a phone
 * number, a token or one of the withheld texts is left out.
 */
export function describeError(error: GraphError, withheld: readonly string[]): string {
  const tidy = (text: string | null) => (text === null ? "" : tidied(text, withheld));
  const title = tidy(error.title?.replace(/^\(#\d+\)\s*/, "") ?? null);
  const details = tidy(error.details);
  const name = title === "" ? "" : ` (${title})`;
  const rest = details === "" || details === title ? "" : `: ${details}`;
  const trace = error.traceId === null ? "" : ` [fbtrace_id ${error.traceId}]`;
  const subcode = error.subcode === null ? "" : `/${error.subcode}`;
  return `WhatsApp error ${error.code}${subcode}${name}${rest}${trace}`;
}

function tidied(text: string, withheld: readonly string[]): string {
  // Whole before shorter: a value may contain another one.
  const longestFirst = withheld.filter((value) => value.length > 3).sort((a, b) => b.length - a.length);
  const open = longestFirst.reduce((left, value) => left.replaceAll(value, "…"), text);
  const masked = open
    .replace(/[\w|.-]{20,}/g, (run) => (/\d/.test(run) ? "…" : run))
    .replace(/\+?\d(?:[\s().-]?\d){6,}/g, "…");
  return shortened(printable(masked).replace(/\s+/g, " ").trim());
}

function shortened(text: string): string {
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}
