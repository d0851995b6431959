import type { SimulatedMessage } from "../simulated-message.js";
import type { KnownTemplate } from "../simulated-template.js";

/** `statuses[].pricing`. */
export interface Pricing {
  readonly billable: boolean;
  readonly pricing_model: "PMP";
  readonly type: "regular" | "free_customer_service";
  readonly category: string;
}

/** Messages inside the customer service window are charged from this day on. */
const serviceChargedFrom = Date.UTC(2026, 9, 1);

/**
 * What Meta would charge for a message.
 *
 * @see https://developers.facebook.com/docs/whatsapp/pricing
 */
export function pricingOf(
  { type, templateName }: Pick<SimulatedMessage, "type" | "templateName">,
  templates: readonly KnownTemplate[] | null,
  at: Date,
): Pricing {
  if (type === "template") {
    const template = templates?.find(({ name }) => name === templateName);
    const category = (template?.category ?? "UTILITY").toLowerCase();
    return { billable: true, pricing_model: "PMP", type: "regular", category };
  }
  const isCharged = at.getTime() >= serviceChargedFrom;
  return {
    billable: isCharged,
    pricing_model: "PMP",
    type: isCharged ? "regular" : "free_customer_service",
    category: "service",
  };
}
