import { numberedBody, type TemplateVersion, type TemplateWords } from "@callboard/core/adapter";
import { parameterNames } from "../content/parameter-names.js";
import { asFields } from "../narrow.js";

/**
 * What a message has to bring for an approved template: the expressions of the body's variables in their order, and
 * then, each behind its place, whatever else is listed when it is sent. Messages rendered from the same ones fit.
 */
export function expressionsOf(
  words: Omit<TemplateWords, "body">,
  body: readonly string[],
): readonly string[] {
  const settings = words.channels.whatsapp ?? {};
  const named = settings.parameterFormat === "named" ? [namedMark] : [];
  return [
    ...body,
    ...named,
    ...headerPlaces(asFields(settings.header)),
    ...words.buttons.flatMap(buttonPlace),
  ];
}

/** What a message that was written with these words brings; worked out once for each version. */
export function renderedFrom(words: TemplateVersion): readonly string[] {
  const known =
    rendered.get(words) ?? expressionsOf(words, numberedBody(words.name, words.body)?.expressions ?? []);
  rendered.set(words, known);
  return known;
}

const rendered = new WeakMap<TemplateVersion, readonly string[]>();

/** Whether the whole text can be a template's only variable. */
export function isOneVariable(expressions: readonly string[]): boolean {
  return (
    expressions.filter((expression) => expression !== namedMark).length === 1 &&
    bodyOf(expressions).length === 1
  );
}

/** The names of the body's variables; `undefined`: they are numbered. */
export function namesOf(expressions: readonly string[]): readonly string[] | undefined {
  return expressions.includes(namedMark) ? parameterNames(bodyOf(expressions)) : undefined;
}

// None of these can be an expression, so the two kinds are never mixed up.
const namedMark = "parameters: named";
const place = /^(?:parameters|header\.\w+|buttons\[\d+\]\.\w+): /;

function bodyOf(expressions: readonly string[]): readonly string[] {
  return expressions.filter((expression) => !place.test(`${expression} `));
}

function headerPlaces(header: ReturnType<typeof asFields>): string[] {
  if (header === null) return [];
  if (header.type !== "text") return [`header.${String(header.type)}: media`];
  return etaExpressions(header.text).map((expression) => `header.text: ${expression}`);
}

function buttonPlace(button: TemplateWords["buttons"][number], index: number): string[] {
  if (button.type === "reply") return [`buttons[${index}].id: reply`];
  return etaExpressions(button.url).map((expression) => `buttons[${index}].url: ${expression}`);
}

function etaExpressions(source: unknown): string[] {
  if (typeof source !== "string") return [];
  return [...source.matchAll(/<%[-_]?\s*[=~]\s*([\s\S]*?)\s*[-_]?%>/g)].map(
    ([, expression = ""]) => expression,
  );
}
