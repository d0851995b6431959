import type { RandomSource } from "../random-source.js";
import type { KnownTemplate } from "../simulated-template.js";
import { placeholderNames } from "../validation/placeholders.js";
import type { StoredButton, StoredComponent, StoredTemplate } from "./stored-template.js";
import type { TemplateShelf } from "./template-shelf.js";

/** Puts the templates of the options on the shelf, approved and with the quality of long use. */
export function stockShelf(
  shelf: TemplateShelf,
  { known, random, at }: { known: readonly KnownTemplate[]; random: RandomSource; at: Date },
): void {
  for (const template of known) shelf.add(approved(template, random.digits(15), at));
}

function approved(known: KnownTemplate, id: string, at: Date): StoredTemplate {
  const body = known.body ?? standInBody(known);
  return {
    id,
    name: known.name,
    language: known.language,
    category: known.category,
    previousCategory: null,
    correctCategory: null,
    status: "APPROVED",
    rejectedReason: "NONE",
    qualityScore: "GREEN",
    parameterFormat: placeholderNames(body).every((name) => /^\d+$/.test(name)) ? "POSITIONAL" : "NAMED",
    components: components(known, body),
    timeToLiveSeconds: null,
    createdAt: at,
    decidedAt: at,
    submittedAt: at,
    updatedAt: at,
    editedAt: [],
    pauses: 0,
    pausedUntil: null,
  };
}

/** A template given without words shows its name and one line per parameter. */
function standInBody({ name, language, parameterCount = 0 }: KnownTemplate): string {
  const lines = Array.from({ length: parameterCount }, (_, index) => `{{${index + 1}}}`);
  return [`Template ${name} (${language})`, ...lines].join("\n");
}

function components(known: KnownTemplate, body: string): StoredComponent[] {
  const { header, headerMedia, footer, buttons } = known;
  return [
    ...(headerMedia === undefined ? [] : [{ type: "HEADER", format: headerMedia.toUpperCase() }]),
    ...(header === undefined ? [] : [{ type: "HEADER", format: "TEXT", text: header }]),
    { type: "BODY", text: body },
    ...(footer === undefined ? [] : [{ type: "FOOTER", text: footer }]),
    ...(buttons.length === 0 ? [] : [{ type: "BUTTONS", buttons: buttons.map(storedButton) }]),
  ];
}

function storedButton({ type, ...button }: KnownTemplate["buttons"][number]): StoredButton {
  return { ...button, type: type.toUpperCase() };
}
