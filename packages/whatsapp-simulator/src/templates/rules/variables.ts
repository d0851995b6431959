/** The variables in a text, in order, as written between the braces; repeated ones as often as they stand there. */
export function variablesIn(text: string): readonly string[] {
  return [...text.matchAll(/\{\{([^{}]*)\}\}/g)].map(([, name = ""]) => name);
}

/** Each variable of a text once. */
export function distinctVariables(text: string): readonly string[] {
  return [...new Set(variablesIn(text))];
}

/**
 * What is wrong with the variables' own form, or null.
 *
 * Numbered ones run from 1 without a gap; named ones are lower-case letters, digits and underscores.
 */
export function variableProblem(text: string, format: "POSITIONAL" | "NAMED"): string | null {
  const names = distinctVariables(text);
  if (/\{\{|\}\}/.test(text.replace(/\{\{[^{}]*\}\}/g, "")))
    return "A variable has braces that do not match.";
  return format === "NAMED" ? namedProblem(names) : numberedProblem(names);
}

function namedProblem(names: readonly string[]): string | null {
  const wrong = names.find((name) => !/^[a-z][a-z0-9_]*$/.test(name));
  if (wrong === undefined) return null;
  return `The variable {{${wrong}}} must have a name of lower-case letters, digits and underscores.`;
}

function numberedProblem(names: readonly string[]): string | null {
  const wrong = names.find((name) => !/^\d+$/.test(name));
  if (wrong !== undefined)
    return `The variable {{${wrong}}} must be a number in double braces, such as {{1}}.`;
  const isSequence = names.every((_, index) => names.includes(String(index + 1)));
  return isSequence ? null : "Variables must be numbered from {{1}} on without a gap.";
}

/** Two variables with nothing but space between them. */
export function hasAdjacentVariables(text: string): boolean {
  return /\}\}\s*\{\{/.test(text);
}
