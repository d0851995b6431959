import type { OutgoingMessage, RenderedContent } from "@callboard/core/adapter";

export const template = { name: "conformance", version: 1 };

export const plainContent: RenderedContent = {
  text: "Order A-17 has been shipped.",
  variables: [],
  buttons: [],
  channel: null,
};

/** A message with ids and a text of its own. It is frozen: a transport does not change it. */
export function messageTo(to: string, content: RenderedContent, number = 1): OutgoingMessage {
  return frozen({
    attemptId: `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`,
    notificationId: `notification-${number}`,
    to,
    template,
    content: { ...structuredClone(content), text: `${content.text} ${number}` },
    route: null,
  });
}

export function frozen<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}
