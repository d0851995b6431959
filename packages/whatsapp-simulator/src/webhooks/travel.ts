import type { RandomSource } from "../random-source.js";
import type { ResolvedWebhookDelivery } from "./webhook-delivery.js";

/** What chance decided about one body. */
export interface Travel {
  readonly isDoubled: boolean;
  /** It does not wait for its turn. */
  readonly isReordered: boolean;
  /** Time in ms before the first post. */
  readonly waitMs: number;
}

/** Draws the same number of times whatever comes out, so that one setting does not disturb another. */
export function drawTravel(
  { delayMs, doubledShare, reorderedShare, reorderMs }: ResolvedWebhookDelivery,
  random: RandomSource,
): Travel {
  const delay = delayMs.min + Math.floor(chance(random) * (delayMs.max - delayMs.min + 1));
  const isDoubled = chance(random) < doubledShare;
  const isReordered = chance(random) < reorderedShare;
  return { isDoubled, isReordered, waitMs: delay + (isReordered ? reorderMs : 0) };
}

/** A number from 0 up to but not including 1. */
export function chance(random: RandomSource): number {
  return random.below(2 ** 32) / 2 ** 32;
}
