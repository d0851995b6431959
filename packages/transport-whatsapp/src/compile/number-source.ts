import { numberedBody } from "@callboard/core/adapter";
import { finding, type TemplateFinding } from "../content/rules/finding.js";
import { type Piece, traceSource } from "./trace-source.js";

/** An Eta text in Meta's form. */
export interface NumberedSource {
  readonly text: string;
  readonly expressions: readonly string[];
  /** Line of the Eta source at this place of the text. */
  readonly lineAt: (offset: number) => number;
  /** Line of double braces that are the author's own; `null` when there are none. */
  readonly ownBracesAt: number | null;
}

export interface SourceToNumber {
  readonly template: string;
  readonly source: string;
  /** Where it stands, for findings. */
  readonly component: string;
  /** What the variables are called; by default they are numbered. */
  readonly namesOf?: ((expressions: readonly string[]) => readonly string[]) | undefined;
}

/**
 * Puts `{{…}}` in the place of every `<%= … %>`, and takes off the space around the text. Or says why Meta cannot
 * express it.
 *
 * @throws {TemplateSyntaxError} @throws {UnsafeTemplateError}
 */
export function numberSource({ template, source, component, namesOf }: SourceToNumber) {
  const numbered = numberedBody(template, source);
  if (numbered === null) return { numbered: null, finding: controlFlow(source, component) } as const;
  const { expressions } = numbered;
  const pieces = traceSource(source, numbered);
  const names = namesOf?.(expressions) ?? expressions.map((_, index) => String(index + 1));
  const bracesAt = ownBracesAt(pieces);
  // The other rules judge own braces as the brackets that they have to become.
  const plain = (text: string) => (bracesAt === null ? text : (brackets[text] ?? text));
  const written = pieces.map(({ text, variable }) =>
    variable === null ? plain(text) : `{{${names[variable]}}}`,
  );
  const text = written.join("");
  const lineAt = lineFinder(pieces, written, text.length - text.trimStart().length);
  const result: NumberedSource = { text: text.trim(), expressions, lineAt, ownBracesAt: bracesAt };
  return { numbered: result, finding: null } as const;
}

const brackets: Readonly<Record<string, string>> = { "{": "(", "}": ")" };

function lineFinder(pieces: readonly Piece[], written: readonly string[], skipped: number) {
  const starts: number[] = [];
  let length = -skipped;
  for (const piece of written) {
    starts.push(length);
    length += piece.length;
  }
  return (offset: number) => pieces[starts.findLastIndex((start) => start <= offset)]?.line ?? 1;
}

function ownBracesAt(pieces: readonly Piece[]): number | null {
  // One character for each piece, so that a place in this text is the number of the piece.
  const own = pieces.map(({ text, variable }) => (variable === null ? text : "\0")).join("");
  const at = own.search(/\{\{|\}\}/);
  return at < 0 ? null : (pieces[at]?.line ?? null);
}

function controlFlow(source: string, component: string): TemplateFinding {
  const at = source.search(/<%[-_]?(?!\s*[=~])(?:(?!%>)[\s\S])*?\b(?:if|for)\b/);
  const problem = "A WhatsApp template cannot express if or for.";
  const cure = "Work it out before and print it as one variable.";
  const line = at < 0 || component !== "body" ? null : source.slice(0, at).split("\n").length;
  return { ...finding("control-flow", component, problem, cure), line };
}
