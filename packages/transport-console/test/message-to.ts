import type { OutgoingMessage, RenderedContent } from "@callboard/core/adapter";

export function messageTo(to: string, content: Partial<RenderedContent> = {}): OutgoingMessage {
  return {
    attemptId: "attempt-1",
    notificationId: "notification-1",
    to,
    template: { name: "order_shipped", version: 3 },
    content: { text: "Order A-17 has been shipped.", variables: [], buttons: [], channel: null, ...content },
    route: null,
  };
}
