import { z } from "zod";
import { phoneDigits } from "./phone-number.js";
import { simulatedTemplateSchema } from "./simulated-template.js";
import { type SimulatorClock, systemClock } from "./simulator-clock.js";
import type { WhatsappSimulatorOptions } from "./whatsapp-simulator-options.js";

const ms = z.number().min(0).max(2_147_483_647);

const phone = z.string().transform((text, context) => {
  const digits = phoneDigits(text);
  if (digits !== null) return digits;
  context.addIssue({
    code: "custom",
    message: "must be a phone number in E.164 form, such as +263771234567",
  });
  return z.NEVER;
});

const httpUrl = z.url({ protocol: /^https?$/, error: "must be an http or https URL" });

const statusDelays = z
  .strictObject({
    sent: ms.default(40),
    delivered: ms.nullable().default(120),
    read: ms.nullable().default(400),
  })
  .prefault({})
  .refine(({ sent, delivered, read }) => {
    const given = [sent, delivered, read].filter((delay) => delay !== null);
    return given.every((delay, index) => index === 0 || delay >= (given[index - 1] ?? 0));
  }, "must not fall: sent first, then delivered, then read");

const optionsSchema = z.strictObject({
  port: z.int().min(0).max(65_535).default(0),
  host: z.string().min(1).default("127.0.0.1"),
  accessToken: z.string().min(1).default("simulator-access-token"),
  phoneNumberId: z
    .string()
    .regex(/^[\w-]+$/)
    .default("100000000000001"),
  appSecret: z.string().min(1).default("simulator-app-secret"),
  businessAccountId: z.string().min(1).default("100000000000002"),
  displayPhoneNumber: phone.default("15550100000"),
  webhookUrl: httpUrl.nullable().default(null),
  statusDelaysMs: statusDelays,
  webhookRetryDelaysMs: z.array(ms).max(20).default([200, 1_000, 5_000]),
  apiLatencyMs: ms.default(0),
  requestTimeoutMs: z.int().min(1).default(10_000),
  templates: z.array(simulatedTemplateSchema).nullable().default(null),
  people: z.record(phone, z.string().min(1)).default({}),
  unreachable: z.array(phone).default([]),
  clock: z
    .custom<SimulatorClock>((value) => typeof value === "object" && value !== null)
    .default(systemClock),
});

/** Options with every default filled in and every phone number reduced to digits. */
export type ResolvedOptions = z.output<typeof optionsSchema>;

/** @throws {TypeError} An option is unknown or out of range; the message names it. */
export function resolveOptions(options: WhatsappSimulatorOptions): ResolvedOptions {
  const result = optionsSchema.safeParse(options);
  if (result.success) return result.data;
  throw new TypeError(`Simulator options do not fit.\n${z.prettifyError(result.error)}`);
}

/** @throws {TypeError} It is not an http or https URL. */
export function checkWebhookUrl(url: string): string {
  const result = httpUrl.safeParse(url);
  if (result.success) return result.data;
  throw new TypeError(`The webhook URL ${JSON.stringify(url)} is not an http or https URL.`);
}
