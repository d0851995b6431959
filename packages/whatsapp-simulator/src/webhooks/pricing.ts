/** `statuses[].pricing`. */
export interface Pricing {
  readonly billable: boolean;
  /** Per conversation, or per message since July 2025. */
  readonly pricing_model: "CBP" | "PMP";
  /** Absent while conversations were charged. */
  readonly type?: "regular" | "free_customer_service";
  readonly category: string;
}

export interface PricedMessage {
  /** The template's category in lower case, or null for a message without a template. */
  readonly templateCategory: string | null;
  /** Whether the person had written in the 24 hours before. */
  readonly isInWindow: boolean;
  readonly at: Date;
}

/** From this day on each message is charged, and no longer each conversation. */
const chargedByMessageFrom = Date.UTC(2025, 6, 1);

/** From this day on messages inside the customer service window are charged too. */
const serviceChargedFrom = Date.UTC(2026, 9, 1);

/**
 * What Meta would charge for a message on that day.
 *
 * @see https://developers.facebook.com/docs/whatsapp/pricing
 */
export function pricingOf({ templateCategory, isInWindow, at }: PricedMessage): Pricing {
  const category = templateCategory ?? "service";
  const time = at.getTime();
  if (time < chargedByMessageFrom) {
    return { billable: category !== "service", pricing_model: "CBP", category };
  }
  const isService = category === "service" || (category === "utility" && isInWindow);
  const isFree = isService && time < serviceChargedFrom;
  return {
    billable: !isFree,
    pricing_model: "PMP",
    type: isFree ? "free_customer_service" : "regular",
    category,
  };
}
