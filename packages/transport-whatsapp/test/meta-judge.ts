import type { TemplatePayload } from "@callboard/transport-whatsapp";

/*
 * A second opinion on templates: Meta's published rules read once more, character by character, so that the linter is not
 * its own judge. It names what it objects to by the linter's names.
 */

type Token = { readonly variable: string } | { readonly character: string };
type Component = TemplatePayload["components"][number];

export function judgeTemplate({ name, components, parameter_format }: TemplatePayload): string[] {
  const named = parameter_format === "NAMED";
  const objections = components.flatMap((component) => judgeComponent(component, named));
  const nameIsFine =
    name.length > 0 &&
    name.length <= 512 &&
    [...name].every((c) => "abcdefghijklmnopqrstuvwxyz0123456789_".includes(c));
  return [...(nameIsFine ? [] : ["name"]), ...objections].toSorted();
}

function judgeComponent(component: Component, named: boolean): string[] {
  switch (component.type) {
    case "BODY":
      return judgeBody(component.text, named, component.example);
    case "HEADER":
      return component.format === "TEXT" ? judgeHeader(component.text) : [];
    case "FOOTER":
      return judgeFooter(component.text);
    case "BUTTONS":
      return judgeButtons(component.buttons);
  }
}

function judgeBody(text: string, named: boolean, example: unknown): string[] {
  const tokens = read(text);
  const objections: string[] = [];
  const count = [...text].length;
  if (count > 1024) objections.push("body-length");
  if (!tokens.some(isWordy)) objections.push("only-variables");
  const first = tokens.findIndex((token) => "variable" in token);
  const last = tokens.findLastIndex((token) => "variable" in token);
  if (first >= 0 && !tokens.slice(0, first).some(isWordy)) objections.push("variable-at-the-edge");
  if (first >= 0 && !tokens.slice(last + 1).some(isWordy)) objections.push("variable-at-the-edge");
  if (haveNeighbours(tokens)) objections.push("adjacent-variables");
  const variables = tokens.flatMap((token) => ("variable" in token ? [token.variable] : []));
  if (variables.length > 0 && wordsOf(tokens) < 2 * variables.length + 1)
    objections.push("words-per-variable");
  const lines = text.split("\n");
  if (
    lines.some(
      (line, i) => i > 0 && i < lines.length - 2 && line.trim() === "" && lines[i + 1]?.trim() === "",
    )
  )
    objections.push("newlines");
  if (text.includes("\t") || text.includes("    ")) objections.push("spaces");
  if ([...text].filter((c) => "✅🚚".includes(c)).length > 10) objections.push("emoji");
  const distinct = [...new Set(variables)];
  const wanted = named ? distinct : distinct.map((_, index) => String(index + 1));
  if (distinct.join() !== wanted.join()) objections.push("variable-numbers");
  const examples =
    JSON.stringify(example ?? null).match(named ? /"example":"[^"]+"/g : /"[^"]+"(?!:)/g) ?? [];
  if (examples.length !== distinct.length) objections.push("examples");
  return objections;
}

function judgeHeader(text: string): string[] {
  const objections: string[] = [];
  const tokens = read(text);
  const length = [...text].length;
  if (length === 0 || length > 60) objections.push("header-length");
  if (tokens.filter((token) => "variable" in token).length > 1) objections.push("header-variables");
  for (const signs of ["*_~`", "\n", "✅🚚"])
    if (tokens.some((token) => "character" in token && signs.includes(token.character)))
      objections.push("formatting");
  return objections;
}

function judgeFooter(text: string): string[] {
  const length = [...text].length;
  return length === 0 || length > 60 ? ["footer-length"] : [];
}

function judgeButtons(buttons: Extract<Component, { type: "BUTTONS" }>["buttons"]): string[] {
  const objections: string[] = [];
  const kinds = buttons.map(({ type }) => type);
  const urls = kinds.filter((kind) => kind === "URL").length;
  const replies = kinds.length - urls;
  if (urls > 2) objections.push("button-count");
  if (replies > 10) objections.push("button-count");
  if (urls <= 2 && replies <= 10 && kinds.length > 10) objections.push("button-count");
  const runs = kinds.filter((kind, index) => kind !== kinds[index - 1]).length;
  if (runs > 2) objections.push("button-order");
  const seen = new Set<string>();
  for (const { text } of buttons) {
    const length = [...text].length;
    if (length < 1 || length > 25) objections.push("button-label");
    else if (seen.has(text)) objections.push("button-twice");
    seen.add(text);
  }
  return objections;
}

function read(text: string): Token[] {
  const tokens: Token[] = [];
  const characters = [...text];
  for (let at = 0; at < characters.length; at++) {
    const isOpen = characters[at] === "{" && characters[at + 1] === "{";
    const end = isOpen ? characters.indexOf("}", at) : -1;
    if (end > 0 && characters[end + 1] === "}") {
      tokens.push({ variable: characters.slice(at + 2, end).join("") });
      at = end + 1;
    } else tokens.push({ character: characters[at] ?? "" });
  }
  return tokens;
}

function isWordy(token: Token): boolean {
  return (
    "character" in token &&
    (token.character.toLowerCase() !== token.character.toUpperCase() || isDigit(token))
  );
}

function isDigit({ character }: { readonly character: string }): boolean {
  return character >= "0" && character <= "9";
}

function haveNeighbours(tokens: readonly Token[]): boolean {
  const shown = tokens.filter((token) => "variable" in token || token.character.trim() !== "");
  return shown.some((token, index) => {
    const next = shown[index + 1];
    return next !== undefined && "variable" in token && "variable" in next;
  });
}

/** A variable parts words as a space does. */
function wordsOf(tokens: readonly Token[]): number {
  const text = tokens.map((token) => ("variable" in token ? " " : token.character)).join("");
  return text.split(/\s+/).filter((word) => [...word].some((character) => isWordy({ character }))).length;
}
