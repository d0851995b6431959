import { InvalidOptionsError } from "@callboard/core/adapter";
import { isFreeInWindow, perMessageSince } from "./charging-rules.js";
import { findRate } from "./find-rate.js";
import { checkRateCard, type MessageCategory, type RateCard } from "./rate-card.js";
import { tieredPrice } from "./tiered-price.js";

/** One message whose price is asked for. */
export interface CostQuestion {
  readonly rateCard: RateCard;
  /** When the message is delivered: Meta's rules depend on it. From 2025-07-01 on. */
  readonly at: Date;
  readonly category: MessageCategory;
  /** ISO 3166 country of the recipient's number, for example `ZW`. */
  readonly country: string;
  /** Whether the person wrote to the number within 24 hours before. */
  readonly window: "open" | "closed";
  /** Whether the 72 free hours run that an answered click on an advertisement or a page's button begins. @default false */
  readonly entryPoint?: boolean | undefined;
  /** Messages of this category that the month has seen in this market, 0 or more. @default 0 */
  readonly monthlyVolume?: number | undefined;
}

/** What the message costs, and why. */
export interface CostEstimate {
  /** In {@link currency}. */
  readonly amount: number;
  readonly currency: string;
  /** From the rate card. */
  readonly ratesAsOf: string;
  /** `free-entry-point`, `free-window`: Meta does not charge it. */
  readonly rule: "rate" | "free-entry-point" | "free-window";
  /** Whose rate it is. `null`: nothing is charged. */
  readonly market: string | null;
}

/**
 * What one delivered message costs, by the rules of its day. Days begin at midnight UTC.
 * @throws {InvalidOptionsError} The card lacks the country or category, or Meta has no price for such a message.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/pricing
 */
export function estimateCost(question: CostQuestion): CostEstimate {
  const { rateCard, category, country, monthlyVolume = 0 } = question;
  checkRateCard(rateCard, "estimateCost");
  checkQuestion(question);
  const { currency, ratesAsOf } = rateCard;
  const rule = ruleOf(question);
  if (rule !== "rate") return { amount: 0, currency, ratesAsOf, rule, market: null };
  const { market, tiers } = findRate(rateCard, category, country, "estimateCost");
  return { amount: tieredPrice(tiers, monthlyVolume, 1), currency, ratesAsOf, rule, market };
}

function ruleOf({ at, category, window, entryPoint = false }: CostQuestion): CostEstimate["rule"] {
  if (entryPoint) return "free-entry-point";
  return window === "open" && isFreeInWindow(category, at) ? "free-window" : "rate";
}

function checkQuestion({ at, category, window, monthlyVolume = 0 }: CostQuestion): void {
  // Written so that an invalid date is refused, too.
  if (!(at.getTime() >= perMessageSince))
    throw refusal("at", "Meta charged conversations before 2025-07-01; give a time from then on");
  if (!Number.isSafeInteger(monthlyVolume) || monthlyVolume < 0)
    throw refusal("monthlyVolume", "give a whole number of messages, 0 or more");
  if (category === "service" && window === "closed")
    throw refusal("window", "free text needs an open window; ask for the category of a template instead");
}

function refusal(option: string, problem: string): InvalidOptionsError {
  return new InvalidOptionsError(`estimateCost({ ${option} })`, `${problem}.`);
}
