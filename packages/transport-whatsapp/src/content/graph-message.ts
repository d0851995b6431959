import { DeliveryError, type OutgoingMessage } from "@callboard/core/adapter";
import { markAttempt } from "../attempt-marker.js";
import { isUserId } from "../user-id.js";
import { checkContent, checkFreeText } from "./check-content.js";
import { freeText } from "./free-text.js";
import { readRoute, type WhatsappRoute } from "./route.js";
import { sentencesOf } from "./rules/finding.js";
import { templateMessage } from "./template-message.js";
import { remoteName } from "./template-settings.js";

/**
 * What `POST /{phone-number-id}/messages` takes for this message.
 * @throws {DeliveryError} `permanent-request`: the content was stored before it could be checked, and cannot be sent.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
 */
export function graphMessage(message: OutgoingMessage): object {
  const { to, attemptId } = message;
  return {
    messaging_product: "whatsapp",
    recipient_type: "individual",
    // A phone number without the plus sign could get the sender's own country code in front.
    ...(isUserId(to) ? { recipient: to } : { to }),
    ...inForm(message, routeOf(message)),
    biz_opaque_callback_data: markAttempt(attemptId),
  };
}

function inForm(message: OutgoingMessage, route: WhatsappRoute): object {
  if (route.form === "template") return templateMessage(message.content, route) ?? cannotBeTemplate(message);
  const [flaw] = checkFreeText(message.content);
  if (flaw) throw unsendable(message, "free text", sentencesOf(flaw));
  return freeText(message.content);
}

/** As it was decided; otherwise by what the template says of itself. */
function routeOf(message: OutgoingMessage): WhatsappRoute {
  const { route, content, template } = message;
  if (route !== null) return readRoute(route) ?? cannotRead(message);
  const { channel } = content;
  if (channel === null) return { form: "text" };
  // Without their names, named variables would arrive nowhere.
  const isNamed = channel.parameterFormat === "named";
  if (typeof channel.language !== "string" || isNamed) return cannotBeTemplate(message);
  return { form: "template", name: remoteName(channel, template), language: channel.language, values: "own" };
}

function cannotRead(message: OutgoingMessage): never {
  throw unsendable(
    message,
    "template",
    "Its route cannot be understood. Let the same version of Callboard queue and send.",
  );
}

function cannotBeTemplate(message: OutgoingMessage): never {
  const [hint] = checkContent(message.content, message.template);
  throw unsendable(
    message,
    "template",
    hint ?? "Sync the templates, because its named variables are not known.",
  );
}

function unsendable({ template }: OutgoingMessage, form: string, hint: string): DeliveryError {
  return new DeliveryError(`Template "${template.name}" cannot be sent as WhatsApp ${form}.`, {
    failureClass: "permanent-request",
    hint,
  });
}
