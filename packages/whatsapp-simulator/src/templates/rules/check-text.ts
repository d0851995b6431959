import { countCharacters } from "../../validation/characters.js";
import { componentRefusal, exampleMissing, tooLong } from "./refusals.js";
import { distinctVariables, variableProblem } from "./variables.js";

/** How a header, body or footer is held to its rules. */
export interface TextRules {
  readonly where: "header" | "body" | "footer";
  readonly maximum: number;
  readonly format: "POSITIONAL" | "NAMED";
}

/** @throws {GraphError} 2388040 too long; or the component's own subcode: variables of a wrong form. */
export function checkText(text: string, { where, maximum, format }: TextRules): void {
  if (countCharacters(text) > maximum) {
    throw tooLong(`The ${where} may have ${maximum} characters.`);
  }
  const problem = variableProblem(text, format);
  if (problem !== null) throw componentRefusal(where, problem);
}

/**
 * @param positional - The example values by position.
 * @param named - The example values by name.
 * @throws {GraphError} 2388043: a variable has no example.
 */
export function checkExamples(
  text: string,
  examples: { where: string; positional: readonly string[]; named: readonly { param_name: string }[] },
): void {
  const variables = distinctVariables(text);
  const isNamed = (variable: string) => examples.named.some(({ param_name }) => param_name === variable);
  const isComplete = variables.every((name) =>
    /^\d+$/.test(name) ? (examples.positional[Number(name) - 1] ?? "") !== "" : isNamed(name),
  );
  if (!isComplete) throw exampleMissing(`Give an example for each variable of the ${examples.where}.`);
}

/** Pictures such as smileys, not letters, digits or signs. */
export function countEmoji(text: string): number {
  return text.match(/\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F/gu)?.length ?? 0;
}
