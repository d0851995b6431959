import { GraphError } from "../graph/graph-error.js";
import type { AccountLimits } from "./account-limits.js";
import { createTokenBuckets, type TokenBuckets } from "./token-bucket.js";

/** How fast the business number may send: to everybody together, and to one person. */
export interface SendLimiter {
  /** @throws {GraphError} 130429 too fast for the number, 131056 too fast for this person. */
  admit(waId: string, at: Date): void;
  clear(): void;
}

/**
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/overview#throughput
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/overview#pair-rate-limits
 */
export function createSendLimiter(limits: AccountLimits): SendLimiter {
  const throughput = optionalBuckets(limits.messagesPerSecond, (perSecond) => 1_000 / perSecond);
  const pairs = optionalBuckets(limits.pairBurst, () => limits.pairIntervalMs);
  return {
    admit(waId, at) {
      if (throughput?.take("number", at) === false) {
        const details =
          "Message failed to send because there were too many messages sent from this phone number in a short period of time";
        throw new GraphError(130429, { details });
      }
      if (pairs?.take(waId, at) === false) {
        const details =
          "Too many messages were sent from this phone number to the same person in a short period of time";
        throw new GraphError(131056, { details });
      }
    },
    clear() {
      throughput?.clear();
      pairs?.clear();
    },
  };
}

function optionalBuckets(
  capacity: number | null,
  intervalMs: (capacity: number) => number,
): TokenBuckets | null {
  return capacity === null ? null : createTokenBuckets({ capacity, intervalMs: intervalMs(capacity) });
}
