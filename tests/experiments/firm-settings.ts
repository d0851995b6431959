import { type DeliveryPolicy, type DispatchOptions, defineTemplate } from "@callboard/core";
import { z } from "zod";

/** What every process of a firm sends. */
export const firmTemplates = {
  order: defineTemplate({
    context: z.object({ order: z.string() }),
    sample: { order: "SO-1" },
    body: "Order <%= it.order %> awaits you.",
  }),
};

export interface FirmSettings {
  readonly policy: Partial<DeliveryPolicy>;
  readonly dispatch: Partial<DispatchOptions>;
}

/** What production has, on the scale of a test. */
export const scaledSettings = {
  policy: { uncertainWaitMs: 1_000, baseDelayMs: 100 },
  dispatch: { concurrency: 10, leaseMs: 3_000, heartbeatMs: 750, sendTimeoutMs: 1_500, sweepMs: 200 },
} as const satisfies FirmSettings;

/** By which a worker ends that was poisoned, and no other. */
export const poisonedExitCode = 70;

/** The number that all processes send from, at the provider behind this url. */
export function firmAccount(baseUrl: string) {
  return {
    phoneNumberId: "100000000000001",
    accessToken: "simulator-access-token",
    appSecret: "simulator-app-secret",
    verifyToken: "verify",
    baseUrl,
  };
}
