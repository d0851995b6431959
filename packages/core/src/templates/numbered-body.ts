import { compileSource } from "./compile-template.js";

/** A body as providers with templates of their own want it. */
export interface NumberedBody {
  /** With `{{1}}`, `{{2}}` … in the place of each `<%= … %>`; the same expression twice has the same number. */
  readonly text: string;
  /** The expressions behind the numbers, as written. */
  readonly expressions: readonly string[];
}

/**
 * Numbers the variables of a body, in the order of `RenderedContent.variables`. `null`: control flow decides what is
 * printed, so nothing can be numbered.
 *
 * @throws {TemplateSyntaxError} @throws {UnsafeTemplateError}
 */
export function numberedBody(template: string, source: string): NumberedBody | null {
  const { run, controlFlow, expressions } = compileSource(template, source);
  if (controlFlow) return null;
  const output = { res: "", f: (_value: unknown, expression: number) => `{{${expression + 1}}}` };
  run(anything, output);
  return { text: output.res, expressions };
}

/** Stands for a context of any shape: every key leads to itself, and every operator can read it. */
const anything: object = new Proxy(
  {},
  { get: (_target, key) => (key === Symbol.toPrimitive ? () => "" : anything) },
);
