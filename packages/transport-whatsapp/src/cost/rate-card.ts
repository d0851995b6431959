import { InvalidOptionsError } from "@callboard/core/adapter";
import { z } from "zod";

/** What Meta charges messages as. */
export type MessageCategory =
  | "marketing"
  | "utility"
  | "authentication"
  | "authentication-international"
  | "service";

/**
 * What Meta charges, as its price list says. You supply it, because prices change each quarter and differ by currency.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/pricing
 */
export interface RateCard {
  /** The day from which the list holds, `YYYY-MM-DD`; estimates repeat it. */
  readonly ratesAsOf: string;
  /** ISO 4217 currency of every rate, for example `USD`. */
  readonly currency: string;
  /** Rates by market: a country such as `ZW`, or a name of Meta's such as `Rest of Africa`. */
  readonly markets: Readonly<Record<string, MarketRates>>;
  /** The market of countries that have none of their own. @default none */
  readonly countries?: Readonly<Record<string, string>> | undefined;
  /** The market of all other countries. @default none: they are refused */
  readonly otherCountries?: string | undefined;
}

/**
 * What one delivered message costs, by category. `authentication-international` is `authentication` where it is missing,
 * and `service` is the first rate of `utility`.
 */
export type MarketRates = { readonly [Category in MessageCategory]?: Rate | undefined };

/** A price for each message, or one that falls with the messages of a calendar month; the first tier starts at 0. */
export type Rate = number | readonly RateTier[];

/** A step of a price that falls with the volume; it holds until the next one begins. */
export interface RateTier {
  /** From so many messages of the month on. */
  readonly from: number;
  readonly rate: number;
}

const priceCure = "give a price of 0 or more";
const fromCure = "give a whole number of messages, 0 or more";
const tiersCure = "begin the tiers with from: 0, and let each start behind the one before";
const dayCure = "write the day the list holds from, like 2026-10-01";
const currencyCure = "write three capital letters, like USD";

const price = z.number(priceCure).min(0, priceCure);
const tiers = z
  .array(z.strictObject({ from: z.int(fromCure).min(0, fromCure), rate: price }))
  .min(1, tiersCure)
  .refine(([first]) => first?.from === 0, tiersCure)
  .refine((list) => list.every(({ from }, index) => from > (list[index - 1]?.from ?? -1)), tiersCure);
const rate = z.union([price, tiers]).optional();

const schema = z
  .strictObject({
    ratesAsOf: z.iso.date(dayCure),
    currency: z.string(currencyCure).regex(/^[A-Z]{3}$/, currencyCure),
    markets: z.record(
      z.string(),
      z.strictObject({
        marketing: rate,
        utility: rate,
        authentication: rate,
        "authentication-international": rate,
        service: rate,
      }),
    ),
    countries: z.record(z.string(), z.string()).optional(),
    otherCountries: z.string().optional(),
  })
  .superRefine(({ markets, countries = {}, otherCountries }, context) => {
    const named = Object.entries(countries).map(([country, market]) => ({
      path: ["countries", country],
      market,
    }));
    if (otherCountries !== undefined) named.push({ path: ["otherCountries"], market: otherCountries });
    for (const { path, market } of named) {
      if (Object.hasOwn(markets, market)) continue;
      context.addIssue({ code: "custom", path, message: `markets has no "${market}"; add its rates` });
    }
  });

/** @throws {InvalidOptionsError} Names the first entry that cannot be read, and the cure. */
export function checkRateCard(rateCard: RateCard, caller: string): void {
  const [issue] = schema.safeParse(rateCard).error?.issues ?? [];
  if (issue === undefined) return;
  const path = ["rateCard", ...issue.path].join(".");
  throw new InvalidOptionsError(`${caller}({ ${path} })`, `${issue.message}.`);
}
