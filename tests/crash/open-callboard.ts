import { createCallboard, defineTemplate } from "@callboard/core";
import type { Clock, Logger, Scheduler } from "@callboard/core/adapter";
import { type WhatsappTransportOptions, whatsappTransport } from "@callboard/transport-whatsapp";
import { z } from "zod";
import type { CrashStorage } from "./open-store.ts";
import type { Settings } from "./settings.ts";

export type Whatsapp = ReturnType<typeof whatsappTransport>;

/** Sends in flight at once in each worker. */
export const slots = 10;

/** The provider as every process of an experiment reaches it. */
export function transportOptions(providerUrl: string, { sendTimeoutMs }: Settings): WhatsappTransportOptions {
  return {
    phoneNumberId: "100000000000001",
    accessToken: "simulator-access-token",
    appSecret: "simulator-app-secret",
    verifyToken: "verify",
    baseUrl: providerUrl,
    connectTimeoutMs: sendTimeoutMs,
    timeoutMs: sendTimeoutMs,
  };
}

export interface CrashCallboardOptions {
  readonly storage: CrashStorage;
  readonly scheduler: Scheduler;
  readonly providerUrl: string;
  readonly settings: Settings;
  /** Stands between the engine and the transport. @default nothing */
  readonly around?: (transport: Whatsapp) => Whatsapp;
  readonly concurrency?: number;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/** The one Callboard that hosts and workers of an experiment share. */
export function openCallboard(options: CrashCallboardOptions) {
  const { storage, scheduler, settings, around = (transport) => transport, clock, logger } = options;
  const { leaseMs, heartbeatMs, sweepMs, sendTimeoutMs, uncertainWaitMs, baseDelayMs } = settings;
  return createCallboard({
    storage,
    scheduler,
    transports: [around(whatsappTransport(transportOptions(options.providerUrl, settings)))],
    templates: {
      order: defineTemplate({
        context: z.object({ order: z.string() }),
        sample: { order: "SO-1" },
        body: "Order <%= it.order %> awaits you.",
        // People of an experiment have never written: free text would not reach them.
        whatsapp: { category: "UTILITY", language: "en_US" },
      }),
    },
    policy: { uncertainWaitMs, baseDelayMs },
    dispatch: {
      concurrency: options.concurrency ?? slots,
      leaseMs,
      heartbeatMs,
      sweepMs,
      sendTimeoutMs,
    },
    ...(clock && { clock }),
    ...(logger && { logger }),
  });
}

export type CrashCallboard = ReturnType<typeof openCallboard>;
