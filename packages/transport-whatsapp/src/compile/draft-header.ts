import { flatten } from "../content/flatten.js";
import { headerParameterName } from "../content/parameter-names.js";
import { asFields, asText, type Fields } from "../narrow.js";
import { namedExamples } from "./named-examples.js";
import { numberSource } from "./number-source.js";
import { noPart, ownBraces, type Part } from "./part.js";
import type { HeaderComponent, HeaderExample } from "./template-payload.js";
import type { TemplateSource } from "./template-source.js";

type MediaFormat = "IMAGE" | "VIDEO" | "DOCUMENT";

const formats: ReadonlyMap<unknown, MediaFormat> = new Map([
  ["image", "IMAGE"],
  ["video", "VIDEO"],
  ["document", "DOCUMENT"],
]);

/** What stands above the text; nothing where the settings cannot be understood. */
export function draftHeader(source: TemplateSource, isNamed: boolean): Part {
  const header = asFields(source.version.channels.whatsapp?.header);
  if (header === null) return noPart;
  const format = formats.get(header.type);
  if (format !== undefined) return { component: mediaHeader(format, header), findings: [] };
  return header.type === "text" && typeof header.text === "string"
    ? textHeader(header.text, source, isNamed)
    : noPart;
}

function mediaHeader(format: MediaFormat, { exampleHandle }: Fields): HeaderComponent {
  const handle = asText(exampleHandle);
  return { type: "HEADER", format, ...(handle !== null && { example: { header_handle: [handle] } }) };
}

function textHeader(source: string, { version, sample }: TemplateSource, isNamed: boolean): Part {
  const { numbered, finding } = numberSource({
    template: version.name,
    source,
    component: "header.text",
    namesOf: isNamed ? namesOf : undefined,
  });
  if (numbered === null) return { component: null, findings: [finding] };
  const { text, expressions, ownBracesAt } = numbered;
  const values = (sample.settingValues?.["header.text"] ?? []).slice(0, expressions.length).map(flatten);
  const example =
    values.length > 0 ? { example: exampleOf(values, isNamed ? namesOf(expressions) : undefined) } : {};
  return {
    component: { type: "HEADER", format: "TEXT", text, ...example },
    findings: ownBracesAt === null ? [] : [ownBraces("header.text", null)],
  };
}

/** There may be one. Others are refused later, under the same name. */
function namesOf(expressions: readonly string[]): readonly string[] {
  return expressions.map(() => headerParameterName);
}

function exampleOf(values: readonly string[], names: readonly string[] | undefined): HeaderExample {
  if (names === undefined) return { header_text: values };
  return { header_text_named_params: namedExamples(names, values) };
}
