import { z } from "zod";
import { GraphError } from "../graph/graph-error.js";

const upperCase = z
  .string()
  .min(1)
  .transform((text) => text.toUpperCase());

const button = z.looseObject({
  type: upperCase,
  text: z.string().optional(),
  url: z.string().optional(),
  phone_number: z.string().optional(),
  // A list for a link, a plain text for a code to copy.
  example: z.union([z.string(), z.array(z.string())]).optional(),
});

const named = z.array(z.looseObject({ param_name: z.string(), example: z.string() }));

const example = z.looseObject({
  body_text: z.union([z.array(z.array(z.string())), z.array(z.string())]).optional(),
  body_text_named_params: named.optional(),
  header_text: z.array(z.string()).optional(),
  header_text_named_params: named.optional(),
  header_handle: z.array(z.string()).optional(),
});

const component = z.looseObject({
  type: upperCase,
  format: upperCase.optional(),
  text: z.string().optional(),
  example: example.optional(),
  buttons: z.array(button).optional(),
});

const category = upperCase.pipe(z.enum(["UTILITY", "MARKETING", "AUTHENTICATION"]));
const timeToLive = z.int().min(-1).optional();

const contentShape = {
  components: z.array(component),
  parameter_format: upperCase.pipe(z.enum(["POSITIONAL", "NAMED"])).default("POSITIONAL"),
  message_send_ttl_seconds: timeToLive,
};

const newTemplate = z.looseObject({
  ...contentShape,
  name: z.string(),
  language: z.string().regex(/^[a-z]{2,3}(_[A-Z]{2})?$/, "must be a supported language code, such as en_US"),
  category,
});

const edit = z.looseObject({
  components: contentShape.components.optional(),
  category: category.optional(),
  message_send_ttl_seconds: timeToLive,
});

export type DraftButton = z.output<typeof button>;
export type DraftComponent = z.output<typeof component>;
export type NewTemplate = z.output<typeof newTemplate>;
export type TemplateEdit = z.output<typeof edit>;

/** @throws {GraphError} 100: a field is missing or of the wrong kind. */
export function parseNewTemplate(body: unknown): NewTemplate {
  return parse(newTemplate, body);
}

/** @throws {GraphError} 100: a field is of the wrong kind. */
export function parseTemplateEdit(body: unknown): TemplateEdit {
  return parse(edit, body);
}

function parse<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.map(String).join(".") || "body";
  throw new GraphError(100, { message: `(#100) Param ${field} is not valid: ${issue?.message}` });
}
