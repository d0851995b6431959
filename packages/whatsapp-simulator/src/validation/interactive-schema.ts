import { z } from "zod";
import { characters } from "./characters.js";

const body = (max: number) => z.looseObject({ text: characters(1, max) });
const footer = z.looseObject({ text: characters(1, 60) }).optional();
const header = z
  .discriminatedUnion("type", [
    z.looseObject({ type: z.literal("text"), text: characters(1, 60) }),
    z.looseObject({ type: z.literal("image"), image: z.looseObject({}) }),
    z.looseObject({ type: z.literal("video"), video: z.looseObject({}) }),
    z.looseObject({ type: z.literal("document"), document: z.looseObject({}) }),
  ])
  .optional();

const replyButton = z.looseObject({
  type: z.literal("reply"),
  reply: z.looseObject({ id: characters(1, 256), title: characters(1, 20) }),
});

const replyButtons = z
  .array(replyButton)
  .min(1, "must hold 1 to 3 buttons")
  .max(3, "must hold 1 to 3 buttons")
  .refine(
    (buttons) => allDifferent(buttons.map(({ reply }) => reply.title)),
    "must have a different title each",
  )
  .refine((buttons) => allDifferent(buttons.map(({ reply }) => reply.id)), "must have a different id each");

const buttonSchema = z.looseObject({
  type: z.literal("button"),
  header,
  body: body(1024),
  footer,
  action: z.looseObject({ buttons: replyButtons }),
});

const urlSchema = z.looseObject({
  type: z.literal("cta_url"),
  header,
  body: body(1024),
  footer,
  action: z.looseObject({
    name: z.literal("cta_url"),
    parameters: z.looseObject({
      display_text: characters(1, 20),
      url: z.url({ protocol: /^https?$/, error: "must be an http or https URL" }),
    }),
  }),
});

const row = z.looseObject({
  id: characters(1, 200),
  title: characters(1, 24),
  description: characters(0, 72).optional(),
});

const listSchema = z.looseObject({
  type: z.literal("list"),
  header,
  body: body(4096),
  footer,
  action: z.looseObject({
    button: characters(1, 20),
    sections: z
      .array(z.looseObject({ title: characters(0, 24).optional(), rows: z.array(row).min(1) }))
      .min(1)
      .max(10)
      .refine(
        (sections) => sections.reduce((sum, { rows }) => sum + rows.length, 0) <= 10,
        "must hold at most 10 rows in total",
      ),
  }),
});

const otherSchema = <const Type extends string>(type: Type) =>
  z.looseObject({ type: z.literal(type), header: z.looseObject({}).optional(), body: body(1024), footer });

/**
 * Reply buttons, link buttons and lists with Meta's limits; the other kinds need no more than a body.
 *
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/messages/interactive-reply-buttons-messages
 */
export const interactiveSchema = z.discriminatedUnion("type", [
  buttonSchema,
  urlSchema,
  listSchema,
  otherSchema("carousel"),
  otherSchema("flow"),
  otherSchema("location_request_message"),
  otherSchema("address_message"),
  otherSchema("call_permission_request"),
  otherSchema("order_details"),
  otherSchema("order_status"),
  otherSchema("product_list"),
]);

export type InteractiveContent = z.output<typeof interactiveSchema>;

function allDifferent(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}
