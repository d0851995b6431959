/** The different people written to outside their window in the last 24 hours, all numbers of the portfolio together. */
export interface ReachedPeople {
  /** Counts the person, unless counted already. False when the limit is reached. */
  admit(waId: string, at: Date): boolean;
  clear(): void;
}

const dayMs = 24 * 3_600_000;

/**
 * @param limit - 250, 2,000, 10,000 or 100,000 at Meta. Null is unlimited.
 * @see https://developers.facebook.com/docs/whatsapp/messaging-limits
 */
export function createReachedPeople(limit: number | null): ReachedPeople {
  const reachedMs = new Map<string, number>();

  // Oldest first, because a person who is counted again moves to the end.
  const forget = (beforeMs: number) => {
    for (const [waId, ms] of reachedMs) {
      if (ms > beforeMs) return;
      reachedMs.delete(waId);
    }
  };

  return {
    admit(waId, at) {
      if (limit === null) return true;
      const nowMs = at.getTime();
      forget(nowMs - dayMs);
      if (!reachedMs.has(waId) && reachedMs.size >= limit) return false;
      reachedMs.delete(waId);
      reachedMs.set(waId, nowMs);
      return true;
    },
    clear: () => reachedMs.clear(),
  };
}
