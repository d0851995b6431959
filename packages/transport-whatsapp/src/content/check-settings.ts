import type { JsonObject, JsonValue } from "@callboard/core/adapter";
import { asFields } from "../narrow.js";
import { finding, type TemplateFinding } from "./rules/finding.js";

const known: readonly string[] = [
  "category",
  "language",
  "header",
  "footer",
  "name",
  "parameterFormat",
  "timeToLiveSeconds",
];
const headerKeys: ReadonlyMap<unknown, readonly string[]> = new Map([
  ["text", ["type", "text"]],
  ["image", ["type", "link", "id", "exampleHandle"]],
  ["video", ["type", "link", "id", "exampleHandle"]],
  ["document", ["type", "link", "id", "exampleHandle", "filename"]],
]);

/**
 * What in the settings cannot be understood. They may have been edited by people, so nothing is certain. What is
 * understood may still be too long, or unknown to Meta: that is for the other rules.
 */
export function checkSettings(settings: JsonObject): TemplateFinding[] {
  return [
    ...checkHeader(settings.header),
    ...checkFormat(settings.parameterFormat),
    ...Object.keys(settings)
      .filter((key) => !known.includes(key))
      .map((key) => unknownSetting(key, known)),
  ];
}

function checkFormat(format: JsonValue | undefined): TemplateFinding[] {
  if (format === undefined || format === "positional" || format === "named") return [];
  return [
    finding(
      "settings",
      "parameterFormat",
      "The WhatsApp parameterFormat is unknown.",
      'Set it to "positional" or "named", or leave it out.',
    ),
  ];
}

function checkHeader(value: JsonValue | undefined): TemplateFinding[] {
  if (value === undefined) return [];
  const header = asFields(value);
  const keys = headerKeys.get(header?.type);
  if (header === null || keys === undefined) return [unknownKind()];
  const foreign = Object.keys(header).filter((key) => !keys.includes(key));
  if (foreign.length > 0) return foreign.map((key) => unknownSetting(`header.${key}`, keys));
  const notText = keys.filter((key) => header[key] !== undefined && typeof header[key] !== "string");
  if (notText.length > 0) return notText.map(notAText);
  return header.type === "text" ? checkText(header.text) : checkSource(header);
}

function checkText(text: unknown): TemplateFinding[] {
  if (text !== undefined) return [];
  return [
    finding("settings", "header.text", "The WhatsApp header has no text.", "Write one, or leave it out."),
  ];
}

function checkSource({ link, id }: { readonly link?: unknown; readonly id?: unknown }): TemplateFinding[] {
  if ((link === undefined) !== (id === undefined)) return [];
  return [
    finding(
      "header-kind",
      "header",
      "A WhatsApp header with media has either a link or an id.",
      "Give one of the two.",
    ),
  ];
}

function unknownKind(): TemplateFinding {
  return finding(
    "header-kind",
    "header",
    "The type of the WhatsApp header is missing or unknown.",
    `Set header.type to ${[...headerKeys.keys()].join(", ")}.`,
  );
}

function notAText(key: string): TemplateFinding {
  return finding(
    "settings",
    `header.${key}`,
    `The WhatsApp header's ${key} is no text.`,
    "Write it as a string.",
  );
}

function unknownSetting(key: string, allowed: readonly string[]): TemplateFinding {
  return finding("settings", key, `WhatsApp knows no setting "${key}".`, `Use ${allowed.join(", ")}.`);
}
