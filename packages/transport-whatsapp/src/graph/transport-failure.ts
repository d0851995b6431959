import { DeliveryError } from "@callboard/core/adapter";

/** No byte of the message has left: sending it again is safe. `reason` is a code or a few words. */
export function notReached(reason: string): DeliveryError {
  return new DeliveryError(`WhatsApp was not reached (${reason}).`, { ...unsent, failureClass: "retry" });
}

/** No connection comes about, so the next message would meet the same: one of them looks every few seconds. */
export function noConnection(reason: string): DeliveryError {
  return new DeliveryError(`WhatsApp was not reached (${reason}).`, {
    ...unsent,
    failureClass: "sender",
    retryAfterMs: 5_000,
  });
}

const unsent = {
  unsent: true,
  hint: "Check the network, DNS and any proxy between this host and Meta; it is tried again by itself.",
} as const;

/** The message has left, and no answer that can be read came back. */
export function noAnswer(reason: string): DeliveryError {
  return new DeliveryError(`WhatsApp gave no answer to a message that was sent (${reason}).`, {
    failureClass: "uncertain",
    hint: "Nothing to do: a delivery receipt settles it, or else its onUncertain policy does.",
  });
}

/** There is nothing to sign in with, so nothing was sent. */
export function noToken(reason: string): DeliveryError {
  return new DeliveryError(`There is no access token (${reason}).`, {
    failureClass: "sender",
    unsent: true,
    hint: "Mend the accessToken function: it must return a token that WhatsApp accepts.",
    retryAfterMs: 60_000,
  });
}

/** A short name of what went wrong. Never the error's message, which may quote what was sent. */
export function reasonOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "unknown";
  const { code, name } = error as { code?: unknown; name?: unknown };
  if (typeof code === "string" && code !== "") return code;
  return typeof name === "string" && name !== "" ? name : "unknown";
}
