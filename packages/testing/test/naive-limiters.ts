import type { LimiterFactory } from "@callboard/core/adapter";
import type { LimiterFaults } from "./naive-faults.js";

/** Limiters that count in `counters` and forget nothing. */
export function naiveLimiters(counters: Map<string, number>, faults: LimiterFaults): LimiterFactory {
  return ({ keyPrefix, points: limit }) => {
    const keyOf = (key: string) => (faults.mixesKinds ? key : `${keyPrefix}:${key}`);
    const add = (key: string, points: number) => {
      const consumedPoints = (counters.get(keyOf(key)) ?? 0) + points;
      counters.set(keyOf(key), consumedPoints);
      return { consumedPoints };
    };
    return {
      async consume(key, points) {
        const sum = add(key, points);
        if (sum.consumedPoints <= limit) return sum;
        throw faults.refusesWithoutSum ? new Error("Too many.") : sum;
      },
      reward: async (key, points) => add(key, -points),
      async get(key) {
        const consumedPoints = counters.get(keyOf(key));
        return consumedPoints === undefined ? null : { consumedPoints };
      },
    };
  };
}
