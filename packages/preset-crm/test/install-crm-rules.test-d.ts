import { createCallboard } from "@callboard/core";
import type { Scheduler, Storage, Transport } from "@callboard/core/adapter";
import { crmEvents, crmTemplates, installCrmRules } from "../src/index.js";

interface Trx {
  readonly kind: "trx";
}

interface WhatsAppSettings {
  readonly category: "UTILITY" | "MARKETING";
  readonly language: string;
  readonly footer?: string;
}

declare const storage: Storage<Trx>;
declare const scheduler: Scheduler<Trx>;
declare const whatsapp: Transport<"whatsapp", WhatsAppSettings>;

const wiring = { storage, scheduler, transports: [whatsapp] } as const;
const templates = crmTemplates({ prefix: "hanna_" });
const own = crmTemplates().new_order_created;

const callboard = createCallboard({
  ...wiring,
  templates: { ...templates, own },
  events: { ...crmEvents, "own.event": crmEvents["order.created"] },
});
installCrmRules(callboard, { prefix: "hanna_" });
// @ts-expect-error the callboard's templates have another prefix
installCrmRules(callboard, { prefix: "acme_" });
// @ts-expect-error the callboard's templates have a prefix
installCrmRules(callboard);

const withoutPrefix = createCallboard({ ...wiring, templates: crmTemplates(), events: crmEvents });
installCrmRules(withoutPrefix);

const { "order.created": orderCreated } = crmEvents;
const fewEvents = createCallboard({ ...wiring, templates, events: { "order.created": orderCreated } });
// @ts-expect-error the callboard does not know all events
installCrmRules(fewEvents, { prefix: "hanna_" });

const { hanna_new_order_created } = templates;
const fewTemplates = createCallboard({
  ...wiring,
  templates: { hanna_new_order_created },
  events: crmEvents,
});
// @ts-expect-error the callboard does not know all templates
installCrmRules(fewTemplates, { prefix: "hanna_" });

callboard.queueNotificationsToUsers({
  template: "hanna_human_handover_flow",
  context: { relatedContactName: "Rudo", lastBotMessage: "One moment." },
  userIds: ["ada"],
});
callboard.queueNotificationsToUsers({
  template: "hanna_human_handover_flow",
  // @ts-expect-error the last message is required
  context: { relatedContactName: "Rudo" },
  userIds: ["ada"],
});
callboard.queueNotificationsToUsers({
  template: "hanna_admin_24h_window_reminder",
  context: {},
  userIds: ["ada"],
});
