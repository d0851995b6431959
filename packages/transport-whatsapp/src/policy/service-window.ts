import type { Failure, Recipient } from "@callboard/core/adapter";

/**
 * How long after a person's message free text is sent, in ms: 23 hours 55 minutes. Meta delivers it for 24 hours by its
 * own clock, and a message needs a moment to get there.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
 */
export const windowMs = (23 * 60 + 55) * 60_000;

/** Meta's code for free text that came after the window had closed. */
export const windowClosedCode = "131047";

/** Whether Meta delivers free text to a person. `unknown`: whoever keeps the people does not say when they last wrote. */
export type ServiceWindow = "open" | "closed" | "unknown";

export interface WindowFacts {
  readonly now: Date;
  readonly recipient: Recipient | null;
  readonly failure: Failure | null;
}

/** What is known of a person's window. Meta's own word, from the last attempt, counts for more than our times. */
export function serviceWindow({ now, recipient, failure }: WindowFacts): ServiceWindow {
  if (failure?.providerCode === windowClosedCode) return "closed";
  const lastInboundAt = recipient?.lastInboundAt;
  if (lastInboundAt === undefined) return "unknown";
  if (lastInboundAt === null) return "closed";
  return now.getTime() - lastInboundAt.getTime() < windowMs ? "open" : "closed";
}
