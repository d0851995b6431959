import type { Template } from "@callboard/core";
import { type CrmCallboard, type CrmTemplates, crmTemplates, installCrmRules } from "../src/index.js";

const plain = crmTemplates();
const prefixed = crmTemplates({ prefix: "hanna_" });

const name: string = prefixed.hanna_new_order_created.sample.orderNumber;
// @ts-expect-error the prefix is part of the name
prefixed.new_order_created;
const same: typeof plain.new_order_created = prefixed.hanna_new_order_created;
// @ts-expect-error no prefix was given
plain.hanna_new_order_created;

const empty: CrmTemplates = crmTemplates({});
const category: "UTILITY" = plain.new_order_created.channels.whatsapp.category;
const panels: number = plain.new_solar_cleaning_request.sample.cleaning.panelCount;
// @ts-expect-error a number of panels
const panelsText: string = plain.new_solar_cleaning_request.sample.cleaning.panelCount;
const pin: string | null = plain.new_installation_request.sample.install.locationPin;
// @ts-expect-error a pin may be null
const pinText: string = plain.new_installation_request.sample.install.locationPin;

declare const accept: (templates: Readonly<Record<string, Template>>) => void;
accept(plain);

declare const callboard: CrmCallboard<"hanna_", { readonly trx: true }>;
installCrmRules(callboard, { prefix: "hanna_", groupNames: { "invoice.processed": ["Finance Team"] } });
// @ts-expect-error the callboard's templates have another prefix
installCrmRules(callboard);
// @ts-expect-error the callboard's templates have another prefix
installCrmRules(callboard, { prefix: "acme_" });
// @ts-expect-error no such event
installCrmRules(callboard, { prefix: "hanna_", groupNames: { "invoice.lost": ["Finance Team"] } });

export { category, empty, name, panels, panelsText, pin, pinText, same };
