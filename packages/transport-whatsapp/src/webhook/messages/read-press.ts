import type { PressedButton, Receipt } from "@callboard/core/adapter";
import { asFields, asText, type Fields } from "../../narrow.js";

/**
 * The receipt in a message that is a pressed reply button or a chosen row of a list; `null` for any other message, and where
 * Meta does not say beneath which message it was pressed.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/button
 */
export function readPress(message: Fields, at: Date): Receipt | null {
  const button = buttonIn(message);
  const providerMessageId = asText(asFields(message.context)?.id);
  if (button === null || providerMessageId === null) return null;
  return {
    providerMessageId,
    attemptId: null,
    status: "acknowledged",
    occurredAt: at,
    failure: null,
    button,
  };
}

function buttonIn({ type, button, interactive }: Fields): PressedButton | null {
  if (type === "button") return pressed(asFields(button), "payload", "text");
  if (type !== "interactive") return null;
  const fields = asFields(interactive);
  return pressed(asFields(fields?.button_reply) ?? asFields(fields?.list_reply), "id", "title");
}

// Beneath a template a button without a payload of its own has its label for one, and either may be left out.
function pressed(fields: Fields | null, idKey: string, labelKey: string): PressedButton | null {
  const id = asText(fields?.[idKey]);
  const label = asText(fields?.[labelKey]);
  if (id === null) return label === null ? null : { id: label, label };
  return { id, label: label ?? id };
}
