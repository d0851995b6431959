import type { KnownIncomingMessage } from "../incoming-message.js";
import { mediaLabel } from "./media-label.js";

/** The words in the bubble of what a person sent. */
export function renderIncoming(message: KnownIncomingMessage): string {
  switch (message.type) {
    case "text":
      return message.text;
    case "image":
    case "video":
      return lines(mediaLabel(message.type), message.caption);
    case "document":
      return lines(mediaLabel("document"), message.filename, message.caption);
    case "location":
      return lines(mediaLabel("location"), message.name, message.address);
    case "contacts":
      return lines(mediaLabel("contacts"), ...message.contacts.map(({ name }) => name));
    case "reaction":
      return message.emoji === "" ? "Reaction removed" : `Reacted ${message.emoji}`;
    case "list_reply":
      return message.title;
    case "revoke":
      return "Message deleted";
    case "unsupported":
      return "Message of an unsupported kind";
    default:
      return mediaLabel(message.type);
  }
}

function lines(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join("\n");
}
