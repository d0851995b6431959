import { createCallboard, defineTemplate } from "@callboard/core";
import { crmEvents, crmTemplates } from "@callboard/preset-crm";
import { inProcessScheduler } from "@callboard/scheduler-in-process";
import { kyselyStorage } from "@callboard/storage-kysely";
import { whatsappTransport } from "@callboard/transport-whatsapp";
import { z } from "zod";
import type { Shop } from "./database.ts";

export const secrets = {
  accessToken: "quickstart-access-token",
  appSecret: "quickstart-app-secret",
  verifyToken: "quickstart-verify-token",
};

/** The twelve templates of the preset, and one of the shop's own. */
export const templates = {
  ...crmTemplates({ prefix: "hanna_" }),
  stocktaking_reminder: defineTemplate({
    context: z.object({ day: z.string() }),
    sample: { day: "Friday" },
    body: "Stocktaking is on *<%= it.day %>*, <%= it.recipient.name %>. Please bring your lists.",
    whatsapp: { category: "UTILITY", language: "en_US" },
  }),
};

export type ShopCallboard = Awaited<ReturnType<typeof openShopCallboard>>;

export async function openShopCallboard(
  db: Shop,
  provider: { readonly url: string; readonly phoneNumberId: string; readonly businessAccountId: string },
) {
  const storage = kyselyStorage({ db, dialect: "sqlite" });
  await storage.migrate();
  return createCallboard({
    storage,
    scheduler: inProcessScheduler(),
    transports: [
      whatsappTransport({
        ...secrets,
        phoneNumberId: provider.phoneNumberId,
        businessAccountId: provider.businessAccountId,
        baseUrl: provider.url,
        defaultCountry: "ZW",
      }),
    ],
    templates,
    events: crmEvents,
    // Far shorter than the defaults, so that a demo that was killed picks up its work within seconds.
    dispatch: { concurrency: 8, leaseMs: 5_000, heartbeatMs: 1_500, sendTimeoutMs: 2_500, sweepMs: 1_000 },
    policy: { uncertainWaitMs: 3_000 },
  });
}
