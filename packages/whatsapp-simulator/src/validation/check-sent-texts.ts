import { GraphError } from "../graph/graph-error.js";
import { placeholderNames } from "./placeholders.js";
import type { TemplateParameter } from "./template-schema.js";

/** Kinds of parameters that turn into words. */
const wordTypes: ReadonlySet<string> = new Set(["text", "currency", "date_time"]);

/**
 * Compares the values of a send with the variables of a header or a body.
 *
 * @throws {GraphError} 132000 another number or a name missing, 132012 a value that is no text or not numbered.
 */
export function checkSentTexts(where: string, words: string, values: readonly TemplateParameter[]): void {
  const names = placeholderNames(words);
  const counts = `(${values.length}) does not match the expected number of params (${names.length})`;
  if (values.length !== names.length) {
    throw new GraphError(132000, { details: `${where}: number of localizable_params ${counts}` });
  }
  const wrong = values.find(({ type }) => !wordTypes.has(type));
  if (wrong !== undefined) throw mismatch(where, { expected: "TEXT", received: wrong.type });
  if (names.every((name) => /^\d+$/.test(name))) checkNumbered(where, values);
  else checkNamed(where, names, values);
}

export function mismatch(
  where: string,
  { expected, received }: { expected: string; received: string | undefined },
): GraphError {
  const got = received?.toUpperCase() ?? "UNKNOWN";
  return new GraphError(132012, {
    details: `${where}: Format mismatch, expected ${expected}, received ${got}`,
  });
}

function checkNumbered(where: string, values: readonly TemplateParameter[]): void {
  const named = values.find(({ parameter_name }) => parameter_name !== undefined);
  if (named === undefined) return;
  const details = `${where}: the parameter is named ${named.parameter_name}, but the template numbers its parameters`;
  throw new GraphError(132012, { details });
}

function checkNamed(where: string, names: readonly string[], values: readonly TemplateParameter[]): void {
  const missing = names.find((name) => !values.some(({ parameter_name }) => parameter_name === name));
  if (missing === undefined) return;
  throw new GraphError(132000, { details: `${where}: parameter ${missing} is missing` });
}
