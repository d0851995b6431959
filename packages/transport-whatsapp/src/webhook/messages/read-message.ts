import { asFields, asText, type Fields } from "../../narrow.js";
import { type News, wordIn } from "../news.js";
import { readTimestamp } from "../read-timestamp.js";
import { identityOf } from "./identity.js";
import { readPress } from "./read-press.js";
import { readSystemMessage } from "./read-system-message.js";
import type { Wish } from "./wish-words.js";

export interface MessageFacts {
  /** Meta's ids of people by their number; by `null` where the one person hides it. */
  readonly userIds: ReadonlyMap<unknown, unknown>;
  /** Whether it was written to our own business number. */
  readonly isOurs: boolean;
  readonly wishOf: (text: string) => Wish | null;
}

/** Whether a message of this type opens the 24-hour window. Meta says it of messages; of the others it says nothing. */
const opens: ReadonlyMap<unknown, boolean> = new Map([
  ["text", true],
  ["image", true],
  ["video", true],
  ["audio", true],
  ["voice", true],
  ["document", true],
  ["sticker", true],
  ["location", true],
  ["contacts", true],
  ["button", true],
  ["interactive", true],
  ["order", true],
  ["reaction", false],
  ["edit", false],
  ["revoke", false],
  ["request_welcome", false],
  ["unsupported", false],
  ["unknown", false],
]);

/** One item of `messages`. What is written in a group belongs to no notification, and is passed over. */
export function readMessage(item: Fields, facts: MessageFacts, news: News): string | null {
  if (item.group_id !== undefined) return null;
  if (item.type === "system") return readSystemMessage(item, news);
  const opensWindow = opens.get(item.type);
  if (opensWindow === undefined) return `has the unknown type ${wordIn(item.type)}`;
  const at = readTimestamp(item.timestamp);
  if (at === null) return "has no time";
  const press = readPress(item, at);
  if (press !== null) news.receipts.push(press);
  if (!facts.isOurs) return null;
  const from = asText(item.from);
  const identity = identityOf(from, asText(item.from_user_id) ?? facts.userIds.get(from));
  if (identity === null) return "does not say who wrote it";
  news.inbound.push({ ...identity, at, opensWindow, text: textOf(item) });
  const wish = facts.wishOf(asText(asFields(item.text)?.body) ?? "");
  if (wish !== null) news.preferences.push({ ...identity, ...wish, at });
  return null;
}

/** What the person wrote, also beneath a picture, or the label that they pressed. */
function textOf(item: Fields): string | null {
  const part = asFields(item[String(item.type)]);
  switch (item.type) {
    case "text":
      return asText(part?.body);
    case "button":
      return asText(part?.text);
    case "interactive":
      return asText((asFields(part?.button_reply) ?? asFields(part?.list_reply))?.title);
    case "image":
    case "video":
    case "document":
      return asText(part?.caption);
    default:
      return null;
  }
}
