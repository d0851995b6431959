import type { DraftComponent } from "../template-draft.js";
import { checkExamples, checkText, countEmoji } from "./check-text.js";
import { componentRefusal, exampleMissing } from "./refusals.js";
import { distinctVariables } from "./variables.js";

/**
 * @throws {GraphError} 2388047 malformed, 2388040 too long, 2388043 an example is missing.
 * @see https://developers.facebook.com/docs/whatsapp/business-management-api/message-templates/components#headers
 */
export function checkHeader(header: DraftComponent, format: "POSITIONAL" | "NAMED"): void {
  const kind = header.format ?? "";
  if (kind === "TEXT") checkTextHeader(header, format);
  else if (uploaded.has(kind)) checkUpload(header);
  else if (!bare.has(kind)) {
    const kinds = ["TEXT", ...uploaded, ...bare].join(", ");
    throw componentRefusal("header", `The format must be one of ${kinds}.`);
  }
}

/** Headers that need an example of their media. */
const uploaded: ReadonlySet<string> = new Set(["IMAGE", "VIDEO", "DOCUMENT"]);

/** Headers that need nothing but their format. */
const bare: ReadonlySet<string> = new Set(["LOCATION", "PRODUCT"]);

function checkUpload({ example }: DraftComponent): void {
  if ((example?.header_handle ?? []).length > 0) return;
  throw exampleMissing("Give an uploaded example of the header's media in example.header_handle.");
}

function checkTextHeader({ text = "", example }: DraftComponent, format: "POSITIONAL" | "NAMED"): void {
  if (text.trim() === "") throw componentRefusal("header", "A text header needs words.");
  checkText(text, { where: "header", maximum: 60, format });
  if (distinctVariables(text).length > 1) throw componentRefusal("header", "A header may have one variable.");
  const isPlain = !/[\n*~`]/.test(text) && !/_[^{}]+_(?![^{]*\}\})/.test(text) && countEmoji(text) === 0;
  if (!isPlain) throw componentRefusal("header", "A header has no new lines, emoji or formatting marks.");
  checkExamples(text, {
    where: "header",
    positional: example?.header_text ?? [],
    named: example?.header_text_named_params ?? [],
  });
}
