import { InvalidOptionsError } from "@callboard/core/adapter";
import type { MessageCategory, Rate, RateCard, RateTier } from "./rate-card.js";

/** What a category costs in one market. */
export interface FoundRate {
  readonly market: string;
  /** Never empty; the first starts at 0. */
  readonly tiers: readonly RateTier[];
}

/**
 * The rate of a category for a country.
 * @throws {InvalidOptionsError} The card does not have it.
 */
export function findRate(
  rateCard: RateCard,
  category: MessageCategory,
  country: string,
  caller: string,
): FoundRate {
  const market = marketOf(rateCard, country);
  if (market === undefined) {
    throw missing(
      caller,
      `there is no rate for country "${country}"; add it to markets or countries, or name otherCountries`,
    );
  }
  const rates = rateCard.markets[market];
  const found = rates?.[category] ?? standIn();
  if (found === undefined) {
    throw missing(caller, `market "${market}" has no rate for ${category}; add it from Meta's price list`);
  }
  return { market, tiers: typeof found === "number" ? [{ from: 0, rate: found }] : found };

  function standIn(): Rate | undefined {
    if (category === "authentication-international") return rates?.authentication;
    // Volume tiers do not reach service messages: they cost what the first utility message costs.
    return category === "service" ? listPrice(rates?.utility) : undefined;
  }
}

function marketOf(
  { markets, countries = {}, otherCountries }: RateCard,
  country: string,
): string | undefined {
  if (Object.hasOwn(markets, country)) return country;
  return Object.hasOwn(countries, country) ? countries[country] : otherCountries;
}

function listPrice(rate: Rate | undefined): number | undefined {
  return typeof rate === "object" ? rate[0]?.rate : rate;
}

function missing(caller: string, problem: string): InvalidOptionsError {
  return new InvalidOptionsError(`${caller}({ rateCard })`, `${problem}.`);
}
