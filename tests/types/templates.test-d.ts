import { createCallboard, defineTemplate } from "@callboard/core";
import { memoryStorage } from "@callboard/storage-memory";
import { fakeTransport, manualScheduler } from "@callboard/testing";
import { consoleTransport } from "@callboard/transport-console";
import { whatsappTransport } from "@callboard/transport-whatsapp";
import { z } from "zod";

const storage = memoryStorage();
const scheduler = manualScheduler();
const whatsapp = whatsappTransport({ phoneNumberId: "106540352242922", accessToken: "token" });
const words = { context: z.object({ order: z.string() }), sample: { order: "A-1" }, body: "" };

const plain = defineTemplate(words);
const forWhatsapp = defineTemplate({ ...words, whatsapp: { category: "UTILITY", language: "en_US" } });
const forBoth = defineTemplate({
  ...words,
  whatsapp: { category: "MARKETING", language: "en", footer: "Staff notice", name: "order_v2" },
  chat: { anything: true },
});
const wrongCategory = defineTemplate({ ...words, whatsapp: { category: "SERVICE", language: "en_US" } });
const wrongSetting = defineTemplate({ ...words, whatsapp: { category: "UTILITY", language: 7 } });
const noLanguage = defineTemplate({ ...words, whatsapp: { category: "UTILITY" } });
const forFax = defineTemplate({ ...words, fax: { header: "Hi" } });
const misspelt = defineTemplate({ ...words, whatsap: { category: "UTILITY", language: "en_US" } });

// Settings fit the transport of their name.
createCallboard({
  storage,
  scheduler,
  transports: [whatsapp, fakeTransport("chat"), consoleTransport()],
  templates: { plain, for_whatsapp: forWhatsapp, for_both: forBoth },
});

// The mistake shows at the template that has it, and at no other.
createCallboard({
  storage,
  scheduler,
  transports: [whatsapp],
  templates: {
    plain,
    // @ts-expect-error Meta has no such category
    wrong_category: wrongCategory,
    for_whatsapp: forWhatsapp,
  },
});
createCallboard({
  storage,
  scheduler,
  transports: [whatsapp],
  templates: {
    // @ts-expect-error a language is text
    wrong_setting: wrongSetting,
    for_whatsapp: forWhatsapp,
  },
});
createCallboard({
  storage,
  scheduler,
  transports: [whatsapp],
  templates: {
    // @ts-expect-error a language is required
    no_language: noLanguage,
  },
});
createCallboard({
  storage,
  scheduler,
  transports: [whatsapp, fakeTransport("chat")],
  templates: {
    plain,
    // @ts-expect-error no transport is called "fax"
    for_fax: forFax,
    // @ts-expect-error no transport is called "whatsap"
    misspelt,
  },
});
createCallboard({
  storage,
  scheduler,
  transports: [fakeTransport("chat")],
  templates: {
    plain,
    // @ts-expect-error WhatsApp's transport is not there
    for_whatsapp: forWhatsapp,
  },
});
createCallboard({
  storage,
  scheduler,
  transports: [whatsapp],
  templates: {
    // @ts-expect-error a template is made by defineTemplate
    raw: words,
  },
});

// Samples fit the context.
defineTemplate({ ...words, sample: { order: "A-2" } });
defineTemplate({
  ...words,
  sample: {
    // @ts-expect-error `order` is a string
    order: 17,
  },
});
// @ts-expect-error `order` is missing
defineTemplate({ ...words, sample: {} });

// Buttons
defineTemplate({ ...words, buttons: [{ type: "reply", id: "ack", label: "Acknowledge" }] });
defineTemplate({ ...words, buttons: [{ type: "url", label: "Open", url: "https://host.example" }] });
// @ts-expect-error a url button has a url
defineTemplate({ ...words, buttons: [{ type: "url", label: "Open" }] });
// @ts-expect-error no such button
defineTemplate({ ...words, buttons: [{ type: "call", label: "Call", url: "tel:1" }] });

// Reviews: only of channels that are there.
const reviewing = createCallboard({ storage, scheduler, transports: [fakeTransport("chat")], templates: {} });
reviewing.templates.plan({ channel: "chat" });
// @ts-expect-error no transport has this name
reviewing.templates.plan({ channel: "whatsapp" });
// @ts-expect-error a plan is needed
reviewing.templates.apply();
