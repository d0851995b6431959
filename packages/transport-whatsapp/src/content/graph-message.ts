import { DeliveryError, type OutgoingMessage, type RenderedButton } from "@callboard/core/adapter";
import { markAttempt } from "../attempt-marker.js";
import { checkContent } from "./check-content.js";
import { flatten, printable } from "./flatten.js";
import { remoteName } from "./template-settings.js";

/**
 * What `POST /{phone-number-id}/messages` takes for this message.
 * @throws {DeliveryError} `permanent-request`: the content was stored before it could be checked, and cannot be sent.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
 */
export function graphMessage(message: OutgoingMessage): object {
  const { to, attemptId, content } = message;
  return {
    messaging_product: "whatsapp",
    recipient_type: "individual",
    // Without the plus sign Meta may put the sender's own country code in front.
    to,
    ...(content.channel === null ? freeText(content) : template(message)),
    biz_opaque_callback_data: markAttempt(attemptId),
  };
}

function freeText({ text, buttons }: OutgoingMessage["content"]): object {
  const body = printable(text);
  const [first] = buttons;
  if (first === undefined) return { type: "text", text: { body } };
  const action = first.type === "url" ? openUrl(first) : replies(buttons);
  const type = first.type === "url" ? "cta_url" : "button";
  return { type: "interactive", interactive: { type, body: { text: body }, action } };
}

function openUrl({ label, url }: Extract<RenderedButton, { type: "url" }>): object {
  return { name: "cta_url", parameters: { display_text: label, url } };
}

function replies(buttons: readonly RenderedButton[]): object {
  const shown = buttons.filter((button) => button.type === "reply");
  return { buttons: shown.map(({ id, label }) => ({ type: "reply", reply: { id, title: label } })) };
}

function template(message: OutgoingMessage): object {
  const { content } = message;
  const { channel, variables, buttons } = content;
  const language = channel?.language;
  if (channel === null || variables === null || typeof language !== "string") throw unsendable(message);
  const components = [...body(variables), ...buttons.flatMap(buttonComponent)];
  return {
    type: "template",
    template: {
      name: remoteName(channel, message.template),
      language: { code: language },
      // Meta counts components against the approved template: what has no variable must not be listed.
      ...(components.length > 0 && { components }),
    },
  };
}

function body(variables: readonly string[]): object[] {
  if (variables.length === 0) return [];
  return [{ type: "body", parameters: variables.map((value) => ({ type: "text", text: flatten(value) })) }];
}

function buttonComponent(button: RenderedButton, position: number): object[] {
  const index = String(position);
  if (button.type === "reply") {
    const parameters = [{ type: "payload", payload: button.id }];
    return [{ type: "button", sub_type: "quick_reply", index, parameters }];
  }
  if (button.suffix === null) return [];
  const parameters = [{ type: "text", text: flatten(button.suffix).replaceAll(" ", "%20") }];
  return [{ type: "button", sub_type: "url", index, parameters }];
}

function unsendable({ content, template }: OutgoingMessage): DeliveryError {
  const [hint] = checkContent(content, template);
  return new DeliveryError(`Template "${template.name}" cannot be sent as a WhatsApp template.`, {
    failureClass: "permanent-request",
    hint: hint ?? "Mend the template's WhatsApp settings.",
  });
}
