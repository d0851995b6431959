import { createCallboard, type Notification } from "@callboard/core";
import type { NotificationPage, Scheduler } from "@callboard/core/adapter";
import { whatsappTransport } from "@callboard/transport-whatsapp";
import type { CrashStorage, CrashTransaction } from "../crash/open-store.ts";
import { type FirmSettings, firmAccount, firmTemplates } from "./firm-settings.ts";
import { serveWebhook } from "./serve-webhook.ts";

export interface FirmHostOptions extends Pick<FirmSettings, "policy"> {
  readonly storage: CrashStorage;
  /** Never started here. */
  readonly scheduler: Scheduler<CrashTransaction>;
  readonly providerUrl: string;
  /** How many contacts it has; the first is `user-1`. */
  readonly people: number;
}

/** The process of a firm that queues and takes webhooks, and sends nothing. */
export async function openFirmHost({ storage, scheduler, providerUrl, people, policy }: FirmHostOptions) {
  const callboard = createCallboard({
    storage,
    scheduler,
    transports: [whatsappTransport(firmAccount(providerUrl))],
    templates: firmTemplates,
    policy,
  });
  const webhooks = await serveWebhook((request) => callboard.webhook("whatsapp", request));
  await storage.migrate();
  await callboard.templates.load();
  const phones = Array.from({ length: people }, (_, index) => `+26377${1_000_000 + index}`);
  await callboard.contacts.save(
    phones.map((phone, index) => ({ userId: userOf(index), addresses: { whatsapp: phone } })),
  );
  // Opens the 24 hours in which free text goes out.
  await storage.contacts.recordInbound(
    phones.map((address) => ({ channel: "whatsapp", address, alias: null, at: new Date() })),
  );
  const page = (after: string | null): Promise<NotificationPage> =>
    callboard.notifications.page({ limit: 1_000, ...(after !== null && { after }) });
  return {
    callboard,
    /** Where it takes receipts. */
    webhookUrl: webhooks.url,
    /** Queues one notification of this order for each of `count` people, from the `first`. Returns their ids. */
    async queue(order: string, count: number, first = 0): Promise<string[]> {
      const userIds = Array.from({ length: count }, (_, index) => userOf(first + index));
      const { queued } = await callboard.queueNotificationsToUsers({
        ...{ template: "order", context: { order }, userIds },
      });
      return queued.map(({ id }) => id);
    },
    /** Every notification there is. */
    notifications: () => everyRow(page),
    /** Whether nothing waits, is being sent, or is uncertain. */
    async isIdle(): Promise<boolean> {
      const { byStatus } = await callboard.notifications.stats({ from: new Date(0) });
      return !byStatus.pending && !byStatus.sending && !byStatus.uncertain;
    },
    close: webhooks.close,
  };
}

function userOf(index: number): string {
  return `user-${index + 1}`;
}

async function everyRow(page: (after: string | null) => Promise<NotificationPage>): Promise<Notification[]> {
  const found: Notification[] = [];
  let after: string | null = null;
  do {
    const { notifications, next }: NotificationPage = await page(after);
    found.push(...notifications);
    after = next;
  } while (after !== null);
  return found;
}
