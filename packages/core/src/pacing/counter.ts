import { InvalidOptionsError } from "../errors/invalid-options-error.js";
import type { CountedPoints, LimiterFactory, RateLimiter, RateLimits } from "../ports/rate-limiter.js";
import type { Outage } from "./outage.js";

/** Counts for one kind of limit: in the shared limiter if there is one and it answers, or else in this process. */
export class Counter {
  #own: Promise<RateLimiter> | null = null;
  readonly #shared: RateLimiter | null;

  /** @throws {InvalidOptionsError} What the factory makes is no limiter. */
  constructor(
    private readonly limits: RateLimits,
    factory: LimiterFactory | undefined,
    private readonly outage: Outage,
  ) {
    this.#shared = factory === undefined ? null : made(factory, limits);
  }

  /** Loads what is needed to count in this process, if that is where it counts. Harmless to leave out. */
  async ready(): Promise<void> {
    if (!this.#shared) await this.#ownLimiter();
  }

  /** Adds to a key, and returns its sum. */
  add(key: string, points: number): Promise<number> {
    return this.#count(async (limiter) => {
      try {
        return sumOf(await limiter.consume(key, points));
      } catch (reason) {
        return this.#refused(reason, points);
      }
    });
  }

  async remove(key: string, points: number): Promise<void> {
    await this.#count(async (limiter) => sumOf(await limiter.reward(key, points)));
  }

  sum(key: string): Promise<number> {
    return this.#count(async (limiter) => sumOf((await limiter.get(key)) ?? { consumedPoints: 0 }));
  }

  /** A limiter rejects with the sum when it is above the limit, and with an error when it could not count. */
  #refused(reason: unknown, points: number): number {
    if (reason instanceof Error || typeof reason !== "object" || reason === null) throw reason;
    const sum = sumOf(reason as CountedPoints);
    // One that blocks the key in its own memory does not know the sum: nothing was granted.
    return sum > this.limits.points ? sum : this.limits.points + points;
  }

  async #count(count: (limiter: RateLimiter) => Promise<number>): Promise<number> {
    const shared = this.#shared;
    const sum = shared && (await this.outage.ask(() => count(shared)));
    return sum ?? count(await this.#ownLimiter());
  }

  #ownLimiter(): Promise<RateLimiter> {
    this.#own ??= loadMemoryLimiter(this.limits);
    return this.#own;
  }
}

/** Loaded on first use: most of the time that it takes to import Callboard would be this package's. */
async function loadMemoryLimiter(limits: RateLimits): Promise<RateLimiter> {
  const { RateLimiterMemory } = await import("rate-limiter-flexible");
  return new RateLimiterMemory(limits);
}

function sumOf({ consumedPoints }: CountedPoints): number {
  // Drivers may answer in text.
  const sum = Number(consumedPoints);
  if (!Number.isSafeInteger(sum)) throw new Error(`The rate limiter counted to ${consumedPoints}.`);
  return sum;
}

function made(factory: LimiterFactory, limits: RateLimits): RateLimiter {
  if (typeof factory !== "function") refuse("must be a function: (limits) => new RateLimiterRedis({ … }).");
  const limiter: RateLimiter | undefined = factory(limits);
  const verbs = ["consume", "reward", "get"] as const;
  if (verbs.every((verb) => typeof limiter?.[verb] === "function")) return limiter;
  refuse("must return a limiter of rate-limiter-flexible, or one with its consume, reward and get.");
}

function refuse(problem: string): never {
  throw new InvalidOptionsError("createCallboard({ rateLimiter })", problem);
}
