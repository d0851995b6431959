import { isBlank, lengthOf } from "../content/flatten.js";
import { finding, type TemplateFinding } from "../content/rules/finding.js";
import { lengths } from "../content/rules/limits.js";
import { checkVariables } from "./check-variables.js";
import { countWords, hasWord } from "./count-words.js";
import { emojiIn } from "./emoji.js";
import { betweenPlaceholders, placeholdersOf } from "./placeholders.js";
import type { TextView } from "./template-view.js";

type BodyRule = (text: string, view: TextView) => TemplateFinding[];

const rules: readonly BodyRule[] = [
  checkLength,
  checkWords,
  checkEdges,
  checkNeighbours,
  checkRatio,
  checkNewlines,
  checkSpaces,
  checkEmoji,
];

/** What Meta would refuse about the text of a template. */
export function checkBody(view: TextView): TemplateFinding[] {
  const { text } = view;
  if (text === null || isBlank(text)) return [missing()];
  return [...rules.flatMap((rule) => rule(text, view)), ...checkVariables("body", view)];
}

function missing(): TemplateFinding {
  return finding("body-length", "body", "The template has no text.", "Write something people can read.");
}

function checkLength(text: string): TemplateFinding[] {
  const length = lengthOf(text);
  if (length <= lengths.body) return [];
  const problem = `The text has ${length} characters with its variables, a WhatsApp template holds ${lengths.body}.`;
  return [finding("body-length", "body", problem, "Shorten it.")];
}

function checkWords(text: string): TemplateFinding[] {
  if (hasWord(betweenPlaceholders(text).join(" "))) return [];
  return [
    finding("only-variables", "body", "The text has nothing but variables.", "Write words around them."),
  ];
}

// Resellers report that punctuation is not enough: Meta takes "… {{1}}." for a text that ends in a variable.
function checkEdges(text: string, { lineAt }: TextView): TemplateFinding[] {
  const places = placeholdersOf(text);
  const [first, last] = [places[0], places.at(-1)];
  if (first === undefined || last === undefined) return [];
  const findings: TemplateFinding[] = [];
  if (!hasWord(text.slice(0, first.start))) findings.push(edge("begins", "before", lineAt(first.start)));
  if (!hasWord(text.slice(last.end))) findings.push(edge("ends", "behind", lineAt(last.start)));
  return findings;
}

function edge(verb: string, side: string, line: number | null): TemplateFinding {
  const problem = `The text ${verb} with a variable.`;
  const cure = `Write at least one word ${side} it; punctuation is not enough.`;
  return { ...finding("variable-at-the-edge", "body", problem, cure), line };
}

function checkNeighbours(text: string, { lineAt }: TextView): TemplateFinding[] {
  const places = placeholdersOf(text);
  const second = places.find((place, index) => {
    const before = places[index - 1];
    return before !== undefined && isBlank(text.slice(before.end, place.start));
  });
  if (second === undefined) return [];
  const problem = "Two variables stand side by side.";
  const cure = "Write a word or a comma between them.";
  return [{ ...finding("adjacent-variables", "body", problem, cure), line: lineAt(second.start) }];
}

// Meta states no number. Resellers who have tried report 2 n + 1 words for n variables.
// https://support.maqsam.com/creating-whatsapp-templates-with-variables
function checkRatio(text: string): TemplateFinding[] {
  const variables = placeholdersOf(text).length;
  const words = countWords(betweenPlaceholders(text).join(" "));
  const least = 2 * variables + 1;
  if (variables === 0 || words >= least) return [];
  const problem = `The text has ${words} words for ${variables} variables, and Meta wants about ${least}.`;
  return [finding("words-per-variable", "body", problem, "Write more words, or use fewer variables.")];
}

function checkNewlines(text: string, { lineAt }: TextView): TemplateFinding[] {
  const at = text.search(/\n[^\S\n]*\n[^\S\n]*\n/);
  if (at < 0) return [];
  const problem = "More than two line breaks follow each other.";
  return [{ ...finding("newlines", "body", problem, "Leave one empty line at most."), line: lineAt(at) }];
}

function checkSpaces(text: string, { lineAt }: TextView): TemplateFinding[] {
  const at = text.search(/\t| {4}/);
  if (at < 0) return [];
  const problem = "A tab, or four spaces in a row, stand in the text.";
  return [{ ...finding("spaces", "body", problem, "Use single spaces."), line: lineAt(at) }];
}

function checkEmoji(text: string, { lineAt }: TextView): TemplateFinding[] {
  const places = emojiIn(text);
  const eleventh = places[10];
  if (eleventh === undefined) return [];
  const problem = `The text has ${places.length} emoji, and may have 10.`;
  return [{ ...finding("emoji", "body", problem, "Use fewer."), line: lineAt(eleventh) }];
}
