import type { NamedExample } from "./template-payload.js";

/** Examples of variables that have names, each by its own. */
export function namedExamples(names: readonly string[], values: readonly string[]): readonly NamedExample[] {
  return values.map((example, index) => ({ param_name: names[index] ?? "", example }));
}
