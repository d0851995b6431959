/** Buckets, one per key, that hold up to `capacity` tokens and regain one every `intervalMs`. */
export interface TokenBuckets {
  /** Takes one token and tells whether there was one. */
  take(key: string, at: Date): boolean;
  clear(): void;
}

interface Bucket {
  tokens: number;
  readMs: number;
}

export function createTokenBuckets({
  capacity,
  intervalMs,
}: {
  capacity: number;
  intervalMs: number;
}): TokenBuckets {
  const buckets = new Map<string, Bucket>();

  const refilled = (key: string, nowMs: number): Bucket => {
    const bucket = buckets.get(key) ?? { tokens: capacity, readMs: nowMs };
    // A clock set back gives nothing and takes nothing.
    const elapsedMs = Math.max(0, nowMs - bucket.readMs);
    return { tokens: Math.min(capacity, bucket.tokens + elapsedMs / intervalMs), readMs: nowMs };
  };

  return {
    take(key, at) {
      const bucket = refilled(key, at.getTime());
      // The sum of many small refills may fall short of a whole token by a rounding error.
      const isLeft = bucket.tokens > 1 - 1e-9;
      if (isLeft) bucket.tokens -= 1;
      buckets.set(key, bucket);
      return isLeft;
    },
    clear: () => buckets.clear(),
  };
}
