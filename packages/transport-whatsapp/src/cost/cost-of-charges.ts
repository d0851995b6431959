import { type Charge, InvalidOptionsError } from "@callboard/core/adapter";
import { isFreeInWindow } from "./charging-rules.js";
import { findRate } from "./find-rate.js";
import { checkRateCard, type MessageCategory, type RateCard } from "./rate-card.js";
import { rounded, tieredPrice } from "./tiered-price.js";

/** How many messages Meta charged alike, as `notifications.stats()` counts them. */
export interface CountedCharge {
  readonly charge: Charge;
  readonly count: number;
}

/** Which messages to price, and by which list. */
export interface ChargesQuestion<Counted extends CountedCharge = CountedCharge> {
  readonly rateCard: RateCard;
  /** Of WhatsApp alone, and of one calendar month: the volume tiers begin anew with each. */
  readonly charges: readonly Counted[];
  /** Any time of that month. Where Meta does not say whether a message was free, the rules of this day do. */
  readonly at: Date;
}

/** A bill, line by line. */
export interface CostOfCharges<Counted extends CountedCharge = CountedCharge> {
  /** Of everything that has a price, in {@link currency}. */
  readonly amount: number;
  readonly currency: string;
  /** From the rate card. */
  readonly ratesAsOf: string;
  readonly lines: readonly (Counted & { readonly amount: number })[];
  /** What is not in {@link amount}: the card has no price for it. `reason` says what it lacks. */
  readonly unpriced: readonly (Counted & { readonly reason: string })[];
}

const categories: ReadonlyMap<string, MessageCategory | "free"> = new Map([
  ["marketing", "marketing"],
  ["marketing_lite", "marketing"],
  ["utility", "utility"],
  ["authentication", "authentication"],
  ["authentication-international", "authentication-international"],
  ["service", "service"],
  // An answer to somebody who came through an advertisement.
  ["referral_conversion", "free"],
]);

/**
 * What Meta's own reports of its charges amount to. What Meta reports as free is free, whatever the day.
 * @throws {InvalidOptionsError} The rate card cannot be read.
 */
export function costOfCharges<Counted extends CountedCharge>(
  question: ChargesQuestion<Counted>,
): CostOfCharges<Counted> {
  const { rateCard, charges } = question;
  checkRateCard(rateCard, "costOfCharges");
  const priced = pricer(question);
  const lines: (Counted & { amount: number })[] = [];
  const unpriced: (Counted & { reason: string })[] = [];
  for (const counted of charges) {
    const price = priced(counted);
    if (typeof price === "number") lines.push({ ...counted, amount: price });
    else unpriced.push({ ...counted, reason: price });
  }
  const amount = rounded(lines.reduce((sum, line) => sum + line.amount, 0));
  return { amount, currency: rateCard.currency, ratesAsOf: rateCard.ratesAsOf, lines, unpriced };
}

/** Gives the price, or the reason why there is none, and counts how far each market is through its tiers. */
function pricer({
  rateCard,
  at,
}: Omit<ChargesQuestion, "charges">): (counted: CountedCharge) => number | string {
  const volumes = new Map<string, number>();
  return ({ charge, count }) => {
    const category = categories.get(charge.category.toLowerCase());
    if (category === undefined) return `Meta's category "${charge.category}" is not known here.`;
    if (category === "free" || isFree(charge, category, at)) return 0;
    if (charge.country === null) return "The country of the recipients is not known.";
    const found = rateOrReason(rateCard, category, charge.country);
    if (typeof found === "string") return found;
    const key = `${category} ${found.market}`;
    const before = volumes.get(key) ?? 0;
    volumes.set(key, before + count);
    return tieredPrice(found.tiers, before, count);
  };
}

function isFree({ type }: Charge, category: MessageCategory, at: Date): boolean {
  if (type === null) return category === "service" && isFreeInWindow(category, at);
  return type.startsWith("free_");
}

function rateOrReason(rateCard: RateCard, category: MessageCategory, country: string) {
  try {
    return findRate(rateCard, category, country, "costOfCharges");
  } catch (error) {
    if (error instanceof InvalidOptionsError) return error.message;
    throw error;
  }
}
