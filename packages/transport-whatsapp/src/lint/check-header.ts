import { isBlank, lengthOf } from "../content/flatten.js";
import { checkHeaderLength } from "../content/rules/check-texts.js";
import { finding, type TemplateFinding } from "../content/rules/finding.js";
import { checkVariables, isExample } from "./check-variables.js";
import { emojiIn } from "./emoji.js";
import { betweenPlaceholders, placeholdersOf } from "./placeholders.js";
import type { HeaderView } from "./template-view.js";

const media = ["IMAGE", "VIDEO", "DOCUMENT"];

/** What Meta would refuse about what stands above the text. */
export function checkHeader(view: HeaderView): TemplateFinding[] {
  const { format, handles, text } = view;
  if (format === "TEXT") return checkText(text ?? "", view);
  if (media.includes(format)) return handles.length === 1 && isExample(handles[0]) ? [] : [withoutExample()];
  return format === "LOCATION" ? [] : [unknownFormat(format)];
}

function checkText(text: string, view: HeaderView): TemplateFinding[] {
  const words = betweenPlaceholders(text).join(" ");
  const say = (problem: string, cure: string) => finding("formatting", "header.text", problem, cure);
  return [
    ...checkHeaderLength(isBlank(text) ? 0 : lengthOf(text)),
    ...(placeholdersOf(text).length > 1 ? [tooMany()] : []),
    ...(/[*_~`]/.test(words) ? [say("A WhatsApp header has no formatting.", "Take out * _ ~ and `.")] : []),
    ...(/[\n\r]/.test(words) ? [say("A WhatsApp header is one line.", "Take out the line break.")] : []),
    ...(emojiIn(words).length > 0 ? [say("A WhatsApp header has no emoji.", "Take it out.")] : []),
    ...checkVariables("header.text", view),
  ];
}

function tooMany(): TemplateFinding {
  const problem = "A WhatsApp header has one variable at most.";
  return finding("header-variables", "header.text", problem, "Move the others into the text.");
}

function withoutExample(): TemplateFinding {
  return finding(
    "examples",
    "header",
    "WhatsApp wants an example of the header's media for its review.",
    "Upload one with Meta's resumable upload, and set header.exampleHandle to its handle.",
  );
}

function unknownFormat(format: string): TemplateFinding {
  const problem = `The header's format ${format || "is missing, or"} is not known here.`;
  return finding("header-kind", "header", problem, `Use TEXT, ${media.join(", ")} or LOCATION.`);
}
