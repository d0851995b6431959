import type { Evaluation } from "./allowed-syntax.js";

export interface Instrumented {
  /** Calls `__eta.f(value, n)` for what is printed, and sets `__eta.at` to n before it reads. */
  readonly code: string;
  /** What each n stands for, as written; first each distinct `<%= … %>`, in order of first appearance. */
  readonly expressions: readonly string[];
  /** How many of them are printed. */
  readonly printed: number;
}

interface Edit {
  readonly at: number;
  readonly text: string;
}

/** Numbers the expressions of a checked template, so that whoever runs it knows which one has no value. */
export function instrument(body: string, evaluations: readonly Evaluation[]): Instrumented {
  const textOf = ({ node }: Evaluation) => body.slice(node.start, node.end);
  const printed = new Set(evaluations.filter(({ call }) => call).map(textOf));
  const expressions = [...new Set([...printed, ...evaluations.map(textOf)])];
  const edits = evaluations.map((evaluation) =>
    editsFor(evaluation, expressions.indexOf(textOf(evaluation))),
  );
  // Outer expressions come first in the list: they open before the inner ones, and close after them.
  const closing = edits.flatMap(({ close }) => close).reverse();
  const all = [...edits.map(({ open }) => open), ...closing].sort((a, b) => a.at - b.at);
  return { code: apply(body, all), expressions, printed: printed.size };
}

/** Around the node and not the tag, whose parentheses and comments are the template's own. */
function editsFor({ node, call, isPart }: Evaluation, n: number): { open: Edit; close: Edit[] } {
  const open = { at: node.start, text: `${isPart ? "__eta.f(" : ""}(__eta.at=${n},` };
  const close = { at: node.end, text: isPart ? `),${n})` : ")" };
  return { open, close: call ? [{ at: call.end - 1, text: `,${n}` }, close] : [close] };
}

function apply(body: string, edits: readonly Edit[]): string {
  const pieces: string[] = [];
  let end = 0;
  for (const { at, text } of edits) {
    pieces.push(body.slice(end, at), text);
    end = at;
  }
  return pieces.join("") + body.slice(end);
}
