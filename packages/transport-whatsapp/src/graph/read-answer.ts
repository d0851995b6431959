import { DeliveryError, type SendResult } from "@callboard/core/adapter";
import { asFields, asList, asText, parseJson } from "../narrow.js";
import { classifyGraphError } from "./classify-graph-error.js";
import type { Answer } from "./exchange.js";

/**
 * The message's id when Meta has accepted it. One that is held for a quality check is sent or dropped within about an
 * hour, which its receipts tell.
 * @throws {DeliveryError} In every other case, by {@link classifyGraphError}; it repeats nothing of `withheld`.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
 */
export function readAnswer(answer: Answer, withheld: () => readonly string[]): SendResult {
  const body = asFields(parseJson(answer.text));
  const message = asFields(asList(body?.messages)[0]);
  const providerMessageId = asText(message?.id);
  const accepted = answer.httpStatus >= 200 && answer.httpStatus < 300 && body?.error === undefined;
  if (!accepted || providerMessageId === null) {
    const { message: sentence, ...details } = classifyGraphError({ ...answer, body, withheld: withheld() });
    throw new DeliveryError(sentence, details);
  }
  if (message?.message_status === "paused") throw pausedTemplate();
  if (message?.message_status === heldBack.providerCode) return { providerMessageId, held: heldBack };
  return { providerMessageId };
}

const heldBack = {
  providerCode: "held_for_quality_assessment",
  message: "WhatsApp keeps the message back until it has seen how people take its template.",
  hint: "Nothing to do: it goes out within about an hour, or fails when Meta pauses the template.",
} as const;

function pausedTemplate(): DeliveryError {
  return new DeliveryError("WhatsApp did not send the message: its template is paused.", {
    failureClass: "template",
    providerCode: "paused",
    retryAfterMs: 3 * 3_600_000,
    hint: "Improve the template: Meta has paused it for low quality, the first time for 3 hours.",
  });
}
