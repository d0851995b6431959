import { z } from "zod";
import { accountOptionsShape } from "./account-options.js";
import { durationMs, phone } from "./option-schemas.js";
import { simulatedTemplateSchema } from "./simulated-template.js";
import { type SimulatorClock, systemClock } from "./simulator-clock.js";
import { httpUrlSchema, webhookOptionsShape } from "./webhook-options.js";
import type { WhatsappSimulatorOptions } from "./whatsapp-simulator-options.js";

const statusDelays = z
  .strictObject({
    sent: durationMs.default(40),
    delivered: durationMs.nullable().default(120),
    read: durationMs.nullable().default(400),
  })
  .prefault({})
  .refine(({ sent, delivered, read }) => {
    const given = [sent, delivered, read].filter((delay) => delay !== null);
    return given.every((delay, index) => index === 0 || delay >= (given[index - 1] ?? 0));
  }, "must not fall: sent first, then delivered, then read");

const optionsSchema = z
  .strictObject({
    ...accountOptionsShape,
    ...webhookOptionsShape,
    port: z.int().min(0).max(65_535).default(0),
    host: z.string().min(1).default("127.0.0.1"),
    allowRemote: z.boolean().default(false),
    accessToken: z.string().min(1).default("simulator-access-token"),
    phoneNumberId: z
      .string()
      .regex(/^[\w-]+$/)
      .default("100000000000001"),
    appSecret: z.string().min(1).default("simulator-app-secret"),
    businessAccountId: z.string().min(1).default("100000000000002"),
    displayPhoneNumber: phone.default("15550100000"),
    statusDelaysMs: statusDelays,
    apiLatencyMs: durationMs.default(0),
    requestTimeoutMs: z.int().min(1).default(10_000),
    templates: z.array(simulatedTemplateSchema).nullable().default(null),
    unreachable: z.array(phone).default([]),
    clock: z
      .custom<SimulatorClock>((value) => typeof value === "object" && value !== null)
      .default(systemClock),
  })
  .refine(({ host, allowRemote }) => allowRemote || isLoopback(host), {
    path: ["host"],
    error: "lets other machines in; set allowRemote to true when they may send, read and steer",
  });

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

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
  const result = httpUrlSchema.safeParse(url);
  if (result.success) return result.data;
  throw new TypeError(`The webhook URL ${JSON.stringify(url)} is not an http or https URL.`);
}
