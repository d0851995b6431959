import type { StoredComponent } from "../templates/stored-template.js";
import { checkSentTexts, mismatch } from "./check-sent-texts.js";
import { parametersOf, type TemplateContent, type TemplateParameter } from "./template-schema.js";

/**
 * Compares the header of a send with the template's.
 *
 * @throws {GraphError} 132012 another kind of header, 132000 another number of values.
 */
export function checkSentHeader(header: StoredComponent | null, content: TemplateContent): void {
  const values = parametersOf(content, "header");
  const format = header?.format ?? "TEXT";
  if (mediaTypes.has(format.toLowerCase())) checkMedia(format, values);
  else checkWords(header?.text ?? "", values);
}

function checkMedia(format: string, values: readonly TemplateParameter[]): void {
  const [first] = values;
  if (first?.type === format.toLowerCase() && values.length === 1) return;
  throw mismatch("header", { expected: format, received: first?.type });
}

function checkWords(words: string, values: readonly TemplateParameter[]): void {
  const media = values.find(({ type }) => mediaTypes.has(type));
  if (media !== undefined) throw mismatch("header", { expected: "TEXT", received: media.type });
  checkSentTexts("header", words, values);
}

const mediaTypes: ReadonlySet<string> = new Set(["image", "video", "document", "location", "product"]);
