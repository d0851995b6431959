import type { JsonObject, Transport } from "@callboard/core/adapter";
import {
  defaultOptOutWords,
  type WhatsappTemplateSettings,
  whatsappTransport,
} from "@callboard/transport-whatsapp";

const required = { phoneNumberId: "106540352242922", accessToken: "token" };

const transport: Transport<"whatsapp", WhatsappTemplateSettings> = whatsappTransport(required);
const name: "whatsapp" = whatsappTransport(required).name;
// @ts-expect-error its name is not another channel's
const other: Transport<"console", WhatsappTemplateSettings> = whatsappTransport(required);

whatsappTransport({ ...required, accessToken: async () => "token", appSecret: ["a", "b"], verifyToken: "v" });
whatsappTransport({ ...required, defaultCountry: "ZW" });
// @ts-expect-error a country is two capital letters
whatsappTransport({ ...required, defaultCountry: "Zimbabwe" });
// @ts-expect-error the token is required
whatsappTransport({ phoneNumberId: "106540352242922" });
whatsappTransport({
  ...required,
  businessAccountId: "1",
  templateVersionSuffix: "v2",
  fallbackTemplate: "any_text",
});
// @ts-expect-error it is preferred or not
whatsappTransport({ ...required, preferFreeText: "in the window" });
// @ts-expect-error one template carries them all
whatsappTransport({ ...required, businessAccountId: "1", fallbackTemplate: ["any_text"] });
whatsappTransport({ ...required, optOutWords: ["mira", ...defaultOptOutWords], optInWords: [] });
// @ts-expect-error a list, though of one word
whatsappTransport({ ...required, optOutWords: "mira" });
// @ts-expect-error the defaults are not for changing
defaultOptOutWords.push("mira");
// @ts-expect-error no such option
whatsappTransport({ ...required, appSecrets: [] });

const settings: WhatsappTemplateSettings = { category: "UTILITY", language: "en_US", footer: "Staff notice" };
const stored: JsonObject = settings;
// @ts-expect-error Meta has no such category
const wrongCategory: WhatsappTemplateSettings = { category: "SERVICE", language: "en_US" };
// @ts-expect-error a language is required
const noLanguage: WhatsappTemplateSettings = { category: "UTILITY" };

// @ts-expect-error without secrets there is no readWebhook, so its absence must be thought of
transport.readWebhook(new Request("https://host.example"));

// @ts-expect-error without businessAccountId there is no reviewer, so its absence must be thought of
transport.reviewer.statusAfter({ failureClass: "template", providerCode: null, message: "", hint: "" });

export { name, noLanguage, other, stored, wrongCategory };
