import { createHash } from "node:crypto";
import type { KnownIncomingMessage } from "../incoming-message.js";
import { phoneDigits } from "../phone-number.js";

type Media = Extract<KnownIncomingMessage, { type: "image" | "video" | "document" | "audio" | "sticker" }>;
type Contacts = Extract<KnownIncomingMessage, { type: "contacts" }>["contacts"];

/**
 * `type` and the fields that go with it.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
 */
export function inboundContent(message: KnownIncomingMessage, id: string): Readonly<Record<string, unknown>> {
  switch (message.type) {
    case "text":
      return { type: "text", text: { body: message.text } };
    case "location":
      return { type: "location", location: locationOf(message) };
    case "contacts":
      return { type: "contacts", contacts: contactsOf(message.contacts) };
    case "reaction": {
      const emoji = message.emoji === "" ? {} : { emoji: message.emoji };
      return { type: "reaction", reaction: { message_id: message.messageId, ...emoji } };
    }
    case "list_reply": {
      const { id: rowId, title, description } = message;
      const list_reply = { id: rowId, title, ...(description !== undefined && { description }) };
      return { type: "interactive", interactive: { type: "list_reply", list_reply } };
    }
    case "revoke":
      return { type: "revoke", revoke: { original_message_id: message.replyId } };
    case "unsupported":
      return { type: "unsupported", errors: [unsupported] };
    default:
      return { type: message.type, [message.type]: mediaOf(message, id) };
  }
}

/** Id of the message that is answered, or null. */
export function quotedIdOf(message: KnownIncomingMessage): string | null {
  if (message.type === "list_reply") return message.messageId;
  return "quotedId" in message ? (message.quotedId ?? null) : null;
}

const mimeTypes = {
  image: "image/jpeg",
  video: "video/mp4",
  document: "application/pdf",
  audio: "audio/ogg; codecs=opus",
  sticker: "image/webp",
} as const;

/** Nothing can be downloaded, so that id and hash are only of the right form. */
function mediaOf(message: Media, id: string) {
  const hash = createHash("sha256").update(id).digest();
  return {
    ...("caption" in message && message.caption !== undefined && { caption: message.caption }),
    ...(message.type === "document" && message.filename !== undefined && { filename: message.filename }),
    mime_type: mimeTypes[message.type],
    sha256: hash.toString("base64"),
    id: hash.readBigUInt64BE().toString(),
    ...(message.type === "audio" && { voice: message.voice }),
    ...(message.type === "sticker" && { animated: false }),
  };
}

function locationOf({
  latitude,
  longitude,
  name,
  address,
}: Extract<KnownIncomingMessage, { type: "location" }>) {
  return {
    latitude,
    longitude,
    ...(name !== undefined && { name }),
    ...(address !== undefined && { address }),
  };
}

function contactsOf(contacts: Contacts) {
  return contacts.map(({ name, phone }) => ({
    name: { formatted_name: name, first_name: name },
    phones: [{ phone, type: "CELL", ...(phoneDigits(phone) !== null && { wa_id: phoneDigits(phone) }) }],
  }));
}

const unsupported = {
  code: 131051,
  title: "Message type unknown",
  message: "Message type unknown",
  error_data: { details: "Message type is currently not supported." },
};
