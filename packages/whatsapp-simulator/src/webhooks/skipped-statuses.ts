import type { RandomSource } from "../random-source.js";
import { chance } from "./travel.js";
import type { ResolvedWebhookDelivery } from "./webhook-delivery.js";

/** What the webhooks of one message leave out. */
export interface SkippedStatuses {
  /** `sent` happens, but nobody is told. */
  readonly isSentMissing: boolean;
  /** `delivered` does not happen by itself: the chat was open. */
  readonly isDeliveredSkipped: boolean;
}

/** Draws once for each message. */
export function drawSkippedStatuses(
  { sentMissingShare, deliveredSkippedShare }: ResolvedWebhookDelivery,
  random: RandomSource,
): SkippedStatuses {
  const isSentMissing = chance(random) < sentMissingShare;
  const isDeliveredSkipped = chance(random) < deliveredSkippedShare;
  return { isSentMissing, isDeliveredSkipped };
}
