import { z } from "zod";
import { countCharacters } from "./validation/characters.js";

/** The person's phone number in E.164 form. */
const from = z.string();
/** Id of the message that the person answers. */
const quotedId = z.string().min(1).optional();
const words = z.string().min(1);
const caption = words.optional();

const text = words.refine(
  (value) => value.trim() !== "" && countCharacters(value) <= 4096,
  "A reply needs 1 to 4096 characters.",
);

const kinds = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text"), from, text, quotedId }),
  z.strictObject({ type: z.literal("image"), from, caption, quotedId }),
  z.strictObject({ type: z.literal("video"), from, caption, quotedId }),
  z.strictObject({ type: z.literal("document"), from, caption, filename: words.optional(), quotedId }),
  /** `voice` tells a recording from a file. */
  z.strictObject({ type: z.literal("audio"), from, voice: z.boolean().default(false), quotedId }),
  z.strictObject({ type: z.literal("sticker"), from, quotedId }),
  z.strictObject({
    type: z.literal("location"),
    from,
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    name: words.optional(),
    address: words.optional(),
    quotedId,
  }),
  z.strictObject({
    type: z.literal("contacts"),
    from,
    contacts: z.array(z.strictObject({ name: words, phone: words })).min(1),
    quotedId,
  }),
  /** An empty `emoji` takes the reaction back. */
  z.strictObject({ type: z.literal("reaction"), from, messageId: words, emoji: z.string() }),
  /** A row chosen from an interactive list. */
  z.strictObject({
    type: z.literal("list_reply"),
    from,
    messageId: words,
    id: words,
    title: words,
    description: words.optional(),
  }),
  /** Takes an earlier reply back. */
  z.strictObject({ type: z.literal("revoke"), from, replyId: words }),
  /** Something that Cloud API cannot pass on, such as a poll. */
  z.strictObject({ type: z.literal("unsupported"), from }),
]);

/** The schema behind {@link IncomingMessage}. Without a type it is a text. */
export const incomingMessageSchema = z.preprocess(
  (value) =>
    typeof value === "object" && value !== null && !("type" in value) ? { type: "text", ...value } : value,
  kinds,
);

/** What a person writes. */
export interface IncomingText {
  readonly type?: "text";
  /** The person's phone number in E.164 form. */
  readonly from: string;
  /** 1 to 4096 characters. */
  readonly text: string;
  /** Id of the message that the person answers. */
  readonly quotedId?: string;
}

/** What a person sends: a text, or anything else that a phone can send. */
export type IncomingMessage = IncomingText | Exclude<z.input<typeof kinds>, { type: "text" }>;

/** The same, checked and with defaults filled in. */
export type KnownIncomingMessage = z.output<typeof kinds>;
