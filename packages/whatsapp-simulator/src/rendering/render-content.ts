import type { ShownContent } from "../simulated-message.js";
import type { StoredTemplate } from "../templates/stored-template.js";
import type { MessageContent } from "../validation/content-schemas.js";
import { mediaLabel } from "./media-label.js";
import { renderInteractive } from "./render-interactive.js";
import { renderTemplate } from "./render-template.js";

/** What the person sees of a message of any type. `template` is the one it names, if it is known. */
export function renderContent(message: MessageContent, template: StoredTemplate | null): ShownContent {
  switch (message.type) {
    case "template":
      return renderTemplate(template, message.content);
    case "interactive":
      return renderInteractive(message.content);
    default:
      return { header: null, text: plainText(message), footer: null, buttons: [] };
  }
}

type PlainContent = Exclude<MessageContent, { type: "template" | "interactive" }>;

function plainText(message: PlainContent): string {
  const label = mediaLabel(message.type);
  switch (message.type) {
    case "text":
      return message.content.body;
    case "location":
      return lines(label, message.content.name, message.content.address);
    case "contacts":
      return lines(label, ...message.content.map(({ name }) => name.formatted_name));
    case "reaction":
      return message.content.emoji === "" ? "Reaction removed" : `Reacted ${message.content.emoji}`;
    default:
      return lines(label, message.content.filename, message.content.caption);
  }
}

function lines(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join("\n");
}
