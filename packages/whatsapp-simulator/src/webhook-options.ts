import { z } from "zod";
import { durationMs, phone } from "./option-schemas.js";
import { type Identity, identities, personOrNameSchema, type SimulatedPerson } from "./person.js";
import type { SubscribedApp } from "./webhooks/post-webhook.js";
import { type WebhookDelivery, webhookDeliverySchema } from "./webhooks/webhook-delivery.js";

/** Where webhooks go, how they travel and what they tell of people. */
export interface WebhookOptions {
  /** Where webhooks go. Null sends none. @default null */
  readonly webhookUrl?: string | null;
  /** Other apps that are subscribed to the same business account. Each gets every webhook. @default [] */
  readonly otherApps?: readonly SubscribedApp[];
  /**
   * Gaps in ms before a refused webhook is posted again; one retry each, then it is given up.
   * `"seven-days"` grows from a second to six hours and gives up after a week, as Meta does.
   *
   * @default [200, 1_000, 5_000]
   */
  readonly webhookRetryDelaysMs?: readonly number[] | "seven-days";
  /** How webhooks travel. @default each alone, once, in order and at once */
  readonly webhookDelivery?: WebhookDelivery;
  /** What webhooks tell of people for whom `people` says nothing else. @default "phone" */
  readonly identity?: Identity;
  /** Names by phone number, or more about a person. Each gets a phone on the page before any message. @default {} */
  readonly people?: Readonly<Record<string, string | SimulatedPerson>>;
}

export const httpUrlSchema = z.url({ protocol: /^https?$/, error: "must be an http or https URL" });

/** The part of the options' schema that belongs to {@link WebhookOptions}. */
export const webhookOptionsShape = {
  webhookUrl: httpUrlSchema.nullable().default(null),
  otherApps: z.array(z.strictObject({ webhookUrl: httpUrlSchema, appSecret: z.string().min(1) })).default([]),
  webhookRetryDelaysMs: z
    .union([z.literal("seven-days"), z.array(durationMs).max(100)])
    .default([200, 1_000, 5_000]),
  webhookDelivery: webhookDeliverySchema,
  identity: z.enum(identities).default("phone"),
  people: z.record(phone, personOrNameSchema).default({}),
};
