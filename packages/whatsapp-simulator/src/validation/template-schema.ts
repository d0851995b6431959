import { z } from "zod";

/** One value of a template send. Which field holds it depends on `type`. */
const parameter = z.looseObject({
  type: z.string().min(1),
  // Absent or empty text has an error of its own, so it passes here.
  text: z.string().optional(),
  parameter_name: z.string().min(1).optional(),
  payload: z.string().optional(),
  coupon_code: z.string().optional(),
  currency: z.looseObject({ fallback_value: z.string().min(1) }).optional(),
  date_time: z.looseObject({ fallback_value: z.string().min(1) }).optional(),
});

const lowerCase = z
  .string()
  .min(1)
  .transform((text) => text.toLowerCase());

const component = z.looseObject({
  // Senders write `BODY` as well as `body`, and both work.
  type: lowerCase.pipe(
    z.enum(["header", "body", "button", "carousel", "limited_time_offer", "order_status"]),
  ),
  sub_type: lowerCase.optional(),
  // A string in most samples of Meta, a number in some.
  index: z.union([z.int().min(0).max(9), z.string().regex(/^\d$/)]).optional(),
  parameters: z.array(parameter).default([]),
});

/**
 * A template send: only the dynamic parts are listed.
 *
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-message-templates
 */
export const templateSchema = z.looseObject({
  name: z.string().min(1),
  language: z.looseObject({ code: z.string().min(1), policy: z.literal("deterministic").optional() }),
  components: z.array(component).default([]),
});

export type TemplateContent = z.output<typeof templateSchema>;
export type TemplateComponent = z.output<typeof component>;
export type TemplateParameter = z.output<typeof parameter>;

/** Which button a component is about, counted from 0. Meta takes a missing `index` for the first. */
export function buttonIndex({ index = 0 }: TemplateComponent): number {
  return Number(index);
}

/** The values that a send gives for its `header` or `body`. */
export function parametersOf({ components }: TemplateContent, type: string): readonly TemplateParameter[] {
  return components.find((component) => component.type === type)?.parameters ?? [];
}
