/**
 * What Callboard needs of a rate limiter of the package `rate-limiter-flexible`: a counter for each key that forgets it
 * after a while. Each of its limiters fits as it is.
 *
 * Several processes count at the same time, so `consume` is one atomic step and answers with the sum of all of them.
 * Any verb may reject. Then Callboard goes on with a counter of its own until the limiter answers again.
 */
export interface RateLimiter {
  /**
   * Adds points to a key and tells its sum; the first addition begins the key's `duration`. Rejects with the same
   * answer when the sum is above the limit; these points are counted all the same.
   */
  consume(key: string, points: number): Promise<CountedPoints>;
  /** Takes points off a key again. */
  reward(key: string, points: number): Promise<CountedPoints>;
  /** The sum of a key. `null`: it has none, or none any more. */
  get(key: string): Promise<CountedPoints | null>;
}

/** A sum of points; limiters tell more with it, which is not looked at. */
export interface CountedPoints {
  readonly consumedPoints: number;
}

/** One kind of limit, in the words of `rate-limiter-flexible`: spread it into the limiter's options. */
export interface RateLimits {
  /** Keeps the kinds of limits apart. Callboards that send through the same sender must have the same. */
  readonly keyPrefix: string;
  /** No key may have more. */
  readonly points: number;
  /** How long a key is kept, in whole seconds. */
  readonly duration: number;
}

/** Makes the limiter for one kind of limit. Called once for each, when Callboard is wired. */
export type LimiterFactory = (limits: RateLimits) => RateLimiter;
