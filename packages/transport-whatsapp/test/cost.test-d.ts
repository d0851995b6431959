import type { ChargeCount } from "@callboard/core/adapter";
import { costOfCharges, estimateCost, type RateCard } from "@callboard/transport-whatsapp";

const rateCard: RateCard = { ratesAsOf: "2026-10-01", currency: "USD", markets: { ZW: { utility: 0.004 } } };
const at = new Date();
const question = { rateCard, at, category: "utility", country: "ZW", window: "closed" } as const;

const amount: number = estimateCost(question).amount;
// @ts-expect-error Meta has no such category
estimateCost({ ...question, category: "UTILITY" });
// @ts-expect-error a window is open or closed
estimateCost({ ...question, window: "unknown" });
// @ts-expect-error a rate is a number, or tiers
const wrongCard: RateCard = { ...rateCard, markets: { ZW: { utility: "0.004" } } };

const counted: readonly ChargeCount[] = [];
const templates: readonly string[] = costOfCharges({ rateCard, at, charges: counted }).lines.map(
  ({ template }) => template,
);
// @ts-expect-error what is not handed in does not come back
const users = costOfCharges({ rateCard, at, charges: counted }).lines.map(({ userId }) => userId);

export { amount, templates, users, wrongCard };
