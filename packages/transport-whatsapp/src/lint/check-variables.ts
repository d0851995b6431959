import { isBlank } from "../content/flatten.js";
import { finding, type TemplateFinding } from "../content/rules/finding.js";
import { namesIn, placeholdersOf, strayBraces } from "./placeholders.js";
import type { TextView } from "./template-view.js";

/** Names, numbers and examples of the variables in one text. */
export function checkVariables(component: string, view: TextView): TemplateFinding[] {
  return [
    ...checkBraces(component, view),
    ...checkNames(component, view),
    ...(view.named ? [] : checkNumbers(component, view)),
    ...checkExamples(component, view),
  ];
}

function checkBraces(component: string, { text, lineAt }: TextView): TemplateFinding[] {
  const at = strayBraces(text ?? "");
  if (at < 0) return [];
  const problem = "Two braces stand where no variable does.";
  const cure = "Write single braces or brackets; variables are written as <%= … %>.";
  return [{ ...finding("variable-name", component, problem, cure), line: lineAt(at) }];
}

function checkNames(component: string, { text, named, lineAt }: TextView): TemplateFinding[] {
  const allowed = named ? /^[a-z_]+$/ : /^[1-9]\d*$/;
  const wanted = named ? "lower case letters and underscores" : "a number from 1 up";
  const wrong = placeholdersOf(text ?? "").find(({ name }) => !allowed.test(name));
  if (wrong === undefined) return [];
  const problem = `The variable "${wrong.name}" is no name that WhatsApp takes.`;
  return [
    { ...finding("variable-name", component, problem, `Name it with ${wanted}.`), line: lineAt(wrong.start) },
  ];
}

function checkNumbers(component: string, { text }: TextView): TemplateFinding[] {
  const names = namesIn(text ?? "");
  const missing = names.findIndex((_, index) => !names.includes(String(index + 1)));
  if (missing < 0) return [];
  return [
    finding(
      "variable-numbers",
      component,
      `The variables are not numbered from 1 to ${names.length}: ${missing + 1} is missing.`,
      "Number them without a gap.",
    ),
  ];
}

/** One example for each variable, and none that is empty: Meta's reviewers read them. */
function checkExamples(component: string, { text, named, examples }: TextView): TemplateFinding[] {
  const names = namesIn(text ?? "");
  const complete = names.length === examples.length && examples.every(({ value }) => isExample(value));
  const fitting = !named || names.every((name) => examples.some((example) => example.name === name));
  if (complete && fitting) return [];
  return [
    finding(
      "examples",
      component,
      `WhatsApp wants one example for each of the ${names.length} variables, and got ${examples.length}.`,
      "Give every variable a value in the template's sample.",
    ),
  ];
}

/** True for a text that shows something. */
export function isExample(value: unknown): boolean {
  return typeof value === "string" && !isBlank(value);
}
