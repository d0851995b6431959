import { InvalidOptionsError } from "@callboard/core/adapter";
import {
  type CostQuestion,
  costOfCharges,
  estimateCost,
  type RateCard,
  type RateTier,
} from "@callboard/transport-whatsapp";
import fc from "fast-check";
import { expect, test } from "vitest";

const rateCard: RateCard = {
  ratesAsOf: "2026-10-01",
  currency: "USD",
  markets: {
    BR: { marketing: 0.0625, utility: 0.0068, authentication: 0.0068 },
    IN: {
      utility: [
        { from: 0, rate: 0.0014 },
        { from: 1_000, rate: 0.001 },
      ],
      authentication: 0.0014,
      "authentication-international": 0.028,
      service: 0.0012,
    },
    "Rest of Africa": { marketing: 0.0225, utility: 0.004, authentication: 0.004 },
  },
  countries: { ZW: "Rest of Africa" },
};

const lastFree = new Date("2026-09-30T23:59:59.999Z");
const firstCharged = new Date("2026-10-01T00:00:00Z");

const question: CostQuestion = {
  rateCard,
  at: firstCharged,
  category: "utility",
  country: "BR",
  window: "closed",
};

const estimates: [what: string, changes: Partial<CostQuestion>, expected: object][] = [
  ["a utility template outside the window", {}, { amount: 0.0068, rule: "rate", market: "BR" }],
  ["a country that a market stands for", { country: "ZW" }, { amount: 0.004, market: "Rest of Africa" }],
  [
    "a utility template in the window, before October 2026",
    { window: "open", at: lastFree },
    { amount: 0, rule: "free-window" },
  ],
  [
    "a utility template in the window, since October 2026",
    { window: "open" },
    { amount: 0.0068, rule: "rate" },
  ],
  [
    "free text before October 2026",
    { category: "service", window: "open", at: lastFree },
    { amount: 0, rule: "free-window" },
  ],
  [
    "free text since October 2026, as the first utility message",
    { category: "service", window: "open" },
    { amount: 0.0068, rule: "rate" },
  ],
  [
    "free text where the card prices it",
    { category: "service", window: "open", country: "IN" },
    { amount: 0.0012 },
  ],
  [
    "marketing in the window",
    { category: "marketing", window: "open", at: lastFree },
    { amount: 0.0625, rule: "rate" },
  ],
  [
    "marketing in the 72 free hours",
    { category: "marketing", entryPoint: true },
    { amount: 0, rule: "free-entry-point", market: null },
  ],
  [
    "international authentication with a price",
    { category: "authentication-international", country: "IN" },
    { amount: 0.028 },
  ],
  [
    "international authentication without one",
    { category: "authentication-international" },
    { amount: 0.0068 },
  ],
  ["the last message of a tier", { country: "IN", monthlyVolume: 999 }, { amount: 0.0014 }],
  ["the first message of the next tier", { country: "IN", monthlyVolume: 1_000 }, { amount: 0.001 }],
];
test.each(estimates)("estimateCost() of %s", (_, changes, expected) => {
  const estimate = estimateCost({ ...question, ...changes });
  expect(estimate).toMatchObject({ currency: "USD", ratesAsOf: "2026-10-01", ...expected });
});

const otherCountries = { ...rateCard, otherCountries: "Rest of Africa" };
test("estimateCost() takes the market of all other countries for one that is not listed", () => {
  expect(estimateCost({ ...question, rateCard: otherCountries, country: "FR" }).market).toBe(
    "Rest of Africa",
  );
});

const mistakes: [what: string, changes: Partial<CostQuestion>, words: RegExp][] = [
  ["a country that is missing", { country: "FR" }, /rateCard.*"FR".*otherCountries/],
  ["a category that is missing", { country: "IN", category: "marketing" }, /"IN" has no rate for marketing/],
  ["a key that every object has", { country: "constructor" }, /"constructor"/],
  ["a time before messages had prices", { at: new Date("2025-06-30T23:59:59Z") }, /2025-07-01/],
  ["a time that is none", { at: new Date(Number.NaN) }, /at/],
  ["free text while the window is closed", { category: "service" }, /window/],
  ["half a message", { monthlyVolume: 0.5 }, /monthlyVolume.*whole number/],
];
test.each(mistakes)("estimateCost() refuses %s, and names the cure", (_, changes, words) => {
  expect(refusalOf(() => estimateCost({ ...question, ...changes })).message).toMatch(words);
});

const wrongCards: [path: string, changes: object][] = [
  ["rateCard.ratesAsOf", { ratesAsOf: "October" }],
  ["rateCard.currency", { currency: "dollars" }],
  ["rateCard.markets.BR.utility", { markets: { BR: { utility: -1 } } }],
  ["rateCard.markets.BR.utility", { markets: { BR: { utility: [{ from: 5, rate: 1 }] } } }],
  ["rateCard.markets.BR", { markets: { BR: { utilty: 1 } } }],
  ["rateCard.countries.ZW", { countries: { ZW: "Rest of Afrika" } }],
  ["rateCard.otherCountries", { otherCountries: "Elsewhere" }],
];
test.each(wrongCards)("estimateCost() refuses a card with a wrong %s: %o", (path, changes) => {
  const wrong = { ...rateCard, countries: {}, ...changes } as RateCard;
  expect(refusalOf(() => estimateCost({ ...question, rateCard: wrong })).path).toBe(
    `estimateCost({ ${path} })`,
  );
});

const utility = { category: "utility", type: "regular", country: "IN" };

test("costOfCharges() prices what Meta charged, tier by tier, and leaves free messages free", () => {
  const cost = costOfCharges({
    rateCard,
    at: firstCharged,
    charges: [
      { template: "order", charge: utility, count: 900 },
      { template: "visit", charge: utility, count: 200 },
      {
        template: "offer",
        charge: { category: "marketing", type: "free_entry_point", country: "IN" },
        count: 7,
      },
      {
        template: "answer",
        charge: { category: "service", type: "free_customer_service", country: null },
        count: 3,
      },
    ],
  });
  expect(cost.lines.map(({ template, amount }) => [template, amount])).toEqual([
    ["order", 1.26],
    ["visit", 0.24],
    ["offer", 0],
    ["answer", 0],
  ]);
  expect(cost).toMatchObject({ amount: 1.5, currency: "USD", ratesAsOf: "2026-10-01", unpriced: [] });
});

test("costOfCharges() names what it has no price for, and leaves it out of the sum", () => {
  const cost = costOfCharges({
    rateCard,
    at: firstCharged,
    charges: [
      { charge: { ...utility, country: "BR" }, count: 10 },
      { charge: { ...utility, country: null }, count: 1 },
      { charge: { ...utility, country: "FR" }, count: 2 },
      { charge: { ...utility, category: "carrier pigeon" }, count: 3 },
      { charge: { ...utility, category: "constructor" }, count: 4 },
    ],
  });
  expect(cost.amount).toBe(0.068);
  expect(cost.unpriced.map(({ count, reason }) => [count, reason])).toEqual([
    [1, expect.stringMatching(/country/)],
    [2, expect.stringMatching(/"FR"/)],
    [3, expect.stringMatching(/carrier pigeon/)],
    [4, expect.stringMatching(/"constructor"/)],
  ]);
});

test("costOfCharges() takes free text without a type for free before October 2026, and not since", () => {
  const charges = [{ charge: { category: "service", type: null, country: "BR" }, count: 100 }];
  expect(costOfCharges({ rateCard, charges, at: lastFree }).amount).toBe(0);
  expect(costOfCharges({ rateCard, charges, at: firstCharged }).amount).toBe(0.68);
});

test("costOfCharges() of many messages is the sum of estimateCost() of each", () => {
  fc.assert(
    fc.property(
      tiersOfAnyHeight,
      fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 5 }),
      (utilityTiers, counts) => {
        const card = { ...rateCard, markets: { BR: { utility: utilityTiers } }, countries: {} };
        const charges = counts.map((count) => ({ charge: { ...utility, country: "BR" }, count }));
        const total = counts.reduce((sum, count) => sum + count, 0);
        const each = Array.from({ length: total }, (_, monthlyVolume) =>
          estimateCost({ ...question, rateCard: card, monthlyVolume }),
        );
        const sum = each.reduce((left, { amount }) => left + amount, 0);
        expect(costOfCharges({ rateCard: card, charges, at: firstCharged }).amount).toBeCloseTo(sum, 4);
      },
    ),
  );
});

const tiersOfAnyHeight: fc.Arbitrary<RateTier[]> = fc
  .array(fc.record({ step: fc.integer({ min: 1, max: 30 }), cents: fc.integer({ min: 0, max: 50 }) }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((steps) => {
    let from = 0;
    return steps.map(({ step, cents }, index) => {
      from += index === 0 ? 0 : step;
      return { from, rate: cents / 100 };
    });
  });

function refusalOf(call: () => unknown): InvalidOptionsError {
  try {
    call();
  } catch (error) {
    if (error instanceof InvalidOptionsError) return error;
    throw error;
  }
  throw new Error("The call was accepted.");
}
