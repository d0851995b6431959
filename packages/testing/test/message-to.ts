import type { OutgoingMessage } from "@callboard/core/adapter";

export function messageTo(to: string, attemptId = "attempt-1"): OutgoingMessage {
  return {
    attemptId,
    notificationId: "notification-1",
    to,
    template: { name: "order_shipped", version: 1 },
    content: { text: "Order A-17 has been shipped.", variables: [], buttons: [], channel: null },
    route: null,
  };
}
