import type { OutgoingMessage, RenderedContent } from "@callboard/core/adapter";
import { DeliveryError } from "@callboard/core/adapter";
import { type WhatsappTransportOptions, whatsappTransport } from "@callboard/transport-whatsapp";

export const attemptId = "3f0c1f60-93a0-4d1e-8a54-6f2f9f0d7a11";
export const accessToken = "EAAtoken0123456789secret";
export const appSecret = "app-secret-0123456789";
export const verifyToken = "verify-me-please";
export const identity = { name: "new_order_created", version: 1 };
export const settings = { category: "UTILITY", language: "en_US" };

/** A free text, unless `changes` say otherwise. */
export function contentOf(changes: Partial<RenderedContent> = {}): RenderedContent {
  return { text: "Order SO-1042 awaits your review.", variables: [], buttons: [], channel: null, ...changes };
}

export function messageOf(changes: Partial<RenderedContent> = {}, to = "+263771234567"): OutgoingMessage {
  return {
    attemptId,
    notificationId: "n-1",
    to,
    template: identity,
    content: contentOf(changes),
    route: null,
  };
}

export function transportAt(baseUrl: string, options: Partial<WhatsappTransportOptions> = {}) {
  return whatsappTransport({ phoneNumberId: "106540352242922", accessToken, baseUrl, ...options });
}

export const patient = { signal: new AbortController().signal };

/** The DeliveryError that a send ends with; fails the test when it ends otherwise. */
export async function failureOf(sending: Promise<unknown>): Promise<DeliveryError> {
  const error = await sending.then(
    (result) => new Error(`The send was accepted: ${JSON.stringify(result)}`),
    (reason: unknown) => reason,
  );
  if (DeliveryError.is(error)) return error;
  throw error;
}

/** A promise that the test itself settles. */
export function deferred() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve: () => resolve() };
}
