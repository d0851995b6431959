import { numberedBody } from "@callboard/core/adapter";
import {
  type SimulatedTemplate,
  startSimulator,
  type WhatsappSimulator,
} from "@callboard/whatsapp-simulator";
import { staff } from "./company.ts";
import { secrets, templates } from "./shop-callboard.ts";

/** What Meta would call the shop's number and its business account. */
export const account = { phoneNumberId: "100000000000001", businessAccountId: "100000000000002" };

/** Stands in for Meta: a Cloud API on this machine, with the templates approved and a phone for each colleague. */
export function startProvider(port: number): Promise<WhatsappSimulator> {
  const { accessToken, appSecret } = secrets;
  return startSimulator({
    accessToken,
    appSecret,
    port,
    ...account,
    templates: approvedTemplates(),
    people: Object.fromEntries(
      staff.flatMap(({ name, phone }) => (phone ? [[international(phone), name]] : [])),
    ),
    apiLatencyMs: 40,
    statusDelaysMs: { sent: 100, delivered: 400, read: 1_200 },
  });
}

/** The templates as Meta would hold them after review: numbered variables instead of Eta. */
function approvedTemplates(): SimulatedTemplate[] {
  return Object.entries(templates).map(([name, { body, buttons, channels }]) => {
    const { language, category, footer } = { footer: undefined, ...channels.whatsapp };
    const text = numberedBody(name, body)?.text ?? body;
    return {
      name,
      language,
      category,
      body: text,
      ...(footer !== undefined && { footer }),
      buttons: buttons.map(({ label }) => ({ type: "quick_reply" as const, text: label })),
    };
  });
}

function international(phone: string): string {
  return `+263${phone.replaceAll(/\D/g, "").replace(/^(00263|263|0)/, "")}`;
}
