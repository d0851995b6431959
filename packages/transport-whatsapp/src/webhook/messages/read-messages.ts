import { systemClock } from "@callboard/core/adapter";
import { describeError } from "../../graph/describe-error.js";
import { findEntry } from "../../graph/find-entry.js";
import { readGraphError } from "../../graph/graph-error.js";
import { asFields, asList, asText, type Fields } from "../../narrow.js";
import { type News, readEach } from "../news.js";
import { readMessage } from "./read-message.js";
import { readStatus } from "./read-status.js";
import type { Wish } from "./wish-words.js";

export interface MessageOptions {
  readonly phoneNumberId: string;
  readonly wishOf: (text: string) => Wish | null;
}

/** Lists that also come under `messages`, and say nothing that is needed here. */
const ofNoConcern = ["message_echoes", "calls", "groups", "contacts"];

/**
 * Reads the value of a `messages` change: what became of messages, what people wrote, and errors that belong to neither.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
 */
export function readMessages(value: Fields, options: MessageOptions, news: News): string | null {
  const { statuses, messages, errors } = value;
  const isKnown = [statuses, messages, errors].some((list) => list !== undefined);
  if (!isKnown) return ofNoConcern.some((key) => value[key] !== undefined) ? null : "says nothing known";
  if (statuses !== undefined) readEach(statuses, "status", readStatus, news);
  if (errors !== undefined) readEach(errors, "webhook error", readError, news);
  if (messages === undefined) return null;
  const userIds = userIdsIn(value);
  // The 24-hour window belongs to one business number: a letter to another one opens nothing here.
  const isOurs = isFor(options.phoneNumberId, value);
  const wishOf = options.wishOf;
  readEach(messages, "message", (item, to) => readMessage(item, { userIds, isOurs, wishOf }, to), news);
  return null;
}

/** Meta's ids of people by their number; by `null` where the one person hides it. */
function userIdsIn(value: Fields): ReadonlyMap<unknown, unknown> {
  const contacts = asList(value.contacts).map(asFields);
  const pairs = contacts.map((contact) => [asText(contact?.wa_id), contact?.user_id] as const);
  return new Map(contacts.length === 1 ? pairs : pairs.filter(([waId]) => waId !== null));
}

function isFor(phoneNumberId: string, value: Fields): boolean {
  const id = asText(asFields(value.metadata)?.phone_number_id);
  return id === null || id === phoneNumberId;
}

/** Messages that fail tell so themselves, so that what is left is for a person to know. */
function readError(item: Fields, news: News): string | null {
  const error = readGraphError(item);
  if (error === null) return "has no code";
  news.alerts.push({
    kind: String(error.code),
    message: describeError(error, []),
    hint: findEntry(error, null).hint,
    pauseForMs: null,
    at: systemClock.now(),
  });
  return null;
}
