import { z } from "zod";

const button = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("quick_reply"), text: z.string().min(1) }),
  z.strictObject({ type: z.literal("url"), text: z.string().min(1), url: z.string().min(1) }),
  z.strictObject({ type: z.literal("phone_number"), text: z.string().min(1) }),
  z.strictObject({ type: z.literal("copy_code"), text: z.string().min(1) }),
]);

/** The schema behind {@link SimulatedTemplate}. */
export const simulatedTemplateSchema = z.strictObject({
  /** 1 to 512 lower-case letters, digits and underscores. */
  name: z.string().regex(/^[a-z0-9_]{1,512}$/, "must be 1 to 512 lower-case letters, digits and underscores"),
  /** Meta's code, such as `en_US`. `en` and `en_US` are different languages. */
  language: z.string().min(1),
  /** Decides the price category in status webhooks. */
  category: z.enum(["UTILITY", "MARKETING", "AUTHENTICATION"]).default("UTILITY"),
  /** How many body parameters a send must carry. Counted from `body` when absent. */
  parameterCount: z.int().min(0).optional(),
  /** Words with `{{1}}` or `{{first_name}}` where parameters go. Without it the page lists the parameters. */
  body: z.string().max(1024).optional(),
  /** Words above the body, at most one placeholder. */
  header: z.string().max(60).optional(),
  /** The kind of media above the body, when it is no text. A send must then bring one. */
  headerMedia: z.enum(["image", "video", "document", "location"]).optional(),
  footer: z.string().max(60).optional(),
  buttons: z.array(button).max(10).default([]),
});

/** A template that Meta is taken to have approved. */
export type SimulatedTemplate = z.input<typeof simulatedTemplateSchema>;

/** The same with defaults filled in. */
export type KnownTemplate = z.output<typeof simulatedTemplateSchema>;
