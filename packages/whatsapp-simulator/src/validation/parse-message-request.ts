import { GraphError } from "../graph/graph-error.js";
import { phoneDigits } from "../phone-number.js";
import { contentSchemas, type MessageContent } from "./content-schemas.js";
import { envelopeSchema, readReceiptSchema } from "./envelope-schema.js";
import { schemaError } from "./schema-error.js";

/** A body of `POST /messages` that has the right shape. */
export type MessageRequest = SendRequest | ReadReceiptRequest;

/** One message to one person. */
export interface SendRequest {
  readonly kind: "send";
  /** `to` as written by the sender; answered as `contacts[].input`. */
  readonly input: string;
  /** Digits only. */
  readonly waId: string;
  readonly message: MessageContent;
  readonly callbackData: string | null;
  readonly quotedId: string | null;
}

export interface ReadReceiptRequest {
  readonly kind: "read";
  readonly messageId: string;
  /** The person is to see that somebody writes. */
  readonly isTyping: boolean;
}

/**
 * Checks shape and limits, in Meta's order: envelope, recipient, content.
 *
 * @throws {GraphError} With the code and words Meta would answer.
 */
export function parseMessageRequest(body: unknown): MessageRequest {
  if (isObject(body) && body.status === "read") return parseReadReceipt(body);
  const envelope = envelopeSchema.safeParse(isObject(body) ? body : {});
  if (!envelope.success) throw schemaError(envelope.error, body);
  const { to, type, biz_opaque_callback_data, context } = envelope.data;
  return {
    kind: "send",
    input: to,
    waId: parseRecipient(to),
    message: parseContent(type, envelope.data[type]),
    callbackData: biz_opaque_callback_data ?? null,
    quotedId: context?.message_id ?? null,
  };
}

function parseReadReceipt(body: Record<string, unknown>): ReadReceiptRequest {
  const result = readReceiptSchema.safeParse(body);
  if (!result.success) throw schemaError(result.error, body);
  const { message_id, typing_indicator } = result.data;
  return { kind: "read", messageId: message_id, isTyping: typing_indicator !== undefined };
}

function parseRecipient(to: string): string {
  const digits = phoneDigits(to);
  if (digits === null) throw new GraphError(131009, { details: "to: is not a valid WhatsApp phone number" });
  return digits;
}

function parseContent(type: MessageContent["type"], content: unknown): MessageContent {
  if (content === undefined) {
    throw new GraphError(131008, { details: `Parameter '${type}' is mandatory for type '${type}'` });
  }
  const result = contentSchemas[type].safeParse(content);
  if (!result.success) throw schemaError(result.error, content, [type]);
  return { type, content: result.data } as MessageContent;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
