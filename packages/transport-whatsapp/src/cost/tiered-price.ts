import type { RateTier } from "./rate-card.js";

/** What `count` messages cost when the month has seen `before` already. */
export function tieredPrice(tiers: readonly RateTier[], before: number, count: number): number {
  const end = before + count;
  const shares = tiers.map(({ from, rate }, index) => {
    const until = tiers[index + 1]?.from ?? Number.POSITIVE_INFINITY;
    return rate * Math.max(0, Math.min(end, until) - Math.max(before, from));
  });
  return rounded(shares.reduce((sum, share) => sum + share, 0));
}

/** Sums of decimal fractions drift in their last digits; no price list goes beyond six. */
export function rounded(amount: number): number {
  return Math.round(amount * 1e6) / 1e6;
}
