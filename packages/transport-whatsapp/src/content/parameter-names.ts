/** The one variable that a header may have, where variables have names. */
export const headerParameterName = "heading";

/**
 * Names for the variables of a body, made of their expressions: `it.customer.firstName ?? "you"` becomes
 * `customer_first_name`. Lower case letters and underscores, each name once; the same expressions always give the same names.
 */
export function parameterNames(expressions: readonly string[]): readonly string[] {
  const names: string[] = [];
  for (const expression of expressions) names.push(unusedName(nameOf(expression), names));
  return names;
}

function nameOf(expression: string): string {
  const [, path = ""] = /\bit((?:\??\.[\p{L}_$][\p{L}\p{N}_$]*)+)/u.exec(withoutTexts(expression)) ?? [];
  const words = path
    .replace(/(\p{Ll}|\p{N})(?=\p{Lu})/gu, "$1_")
    .toLowerCase()
    .replace(/[^a-z]+/g, "_");
  return words.replace(/^_|_$/g, "") || "value";
}

/** What stands between quotes is no name. */
function withoutTexts(expression: string): string {
  return expression.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, '""');
}

function unusedName(name: string, used: readonly string[]): string {
  if (!used.includes(name) && name !== headerParameterName) return name;
  for (let count = 2; ; count++) {
    const candidate = `${name}_${inLetters(count)}`;
    if (!used.includes(candidate)) return candidate;
  }
}

/** 1 is `a`, 26 is `z`, 27 is `aa`: digits may not be in a name. */
function inLetters(count: number): string {
  const rest = Math.floor((count - 1) / 26);
  return (rest > 0 ? inLetters(rest) : "") + String.fromCharCode(97 + ((count - 1) % 26));
}
