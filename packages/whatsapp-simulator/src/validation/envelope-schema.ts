import { z } from "zod";
import { characters } from "./characters.js";

/** Message kinds that the simulator knows. Media are accepted and shown as a placeholder. */
export const messageTypes = [
  "text",
  "template",
  "interactive",
  "image",
  "video",
  "audio",
  "document",
  "sticker",
  "location",
  "contacts",
  "reaction",
] as const;

export type MessageType = (typeof messageTypes)[number];

/**
 * What every send has in common. Unknown fields pass, as they do at Meta.
 *
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages
 */
export const envelopeSchema = z.looseObject({
  messaging_product: z.literal("whatsapp"),
  recipient_type: z.literal("individual").optional(),
  to: z.string().min(1),
  // Plain text may leave the type out: one sample of Meta does.
  type: z.enum(messageTypes).default("text"),
  biz_opaque_callback_data: characters(0, 512).optional(),
  context: z.looseObject({ message_id: z.string().min(1) }).optional(),
});

/** "Mark as read", which shares the endpoint with sends. */
export const readReceiptSchema = z.looseObject({
  messaging_product: z.literal("whatsapp"),
  status: z.literal("read"),
  message_id: z.string().min(1),
  typing_indicator: z.looseObject({ type: z.literal("text") }).optional(),
});
