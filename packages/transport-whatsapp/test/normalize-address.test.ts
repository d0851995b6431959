import { InvalidAddressError } from "@callboard/core/adapter";
import fc from "fast-check";
import { expect, test } from "vitest";
import { transportAt } from "./fixtures.js";

const anywhere = transportAt("https://graph.facebook.com");
const zimbabwean = transportAt("https://graph.facebook.com", { defaultCountry: "ZW" });

const international: [written: string, e164: string][] = [
  ["+263771234567", "+263771234567"],
  [" +263 77 123-4567 ", "+263771234567"],
  ["00263771234567", "+263771234567"],
  ["00 263 77 123 4567", "+263771234567"],
  ["+263 (0)77 123 4567", "+263771234567"],
  ["\u202a+263 77 123 4567\u202c", "+263771234567"],
  ["+٢٦٣٧٧١٢٣٤٥٦٧", "+263771234567"],
  ["+1 (650) 555-1234", "+16505551234"],
  ["+44 7911 123456", "+447911123456"],
  ["+54 9 11 1234-5678", "+5491112345678"],
  // Numbers from before Mexico and Brazil changed theirs; WhatsApp still shows some of them.
  ["+52 1 55 1234 5678", "+525512345678"],
  ["+55 11 8765-4321", "+5511987654321"],
  // A landline number may be registered with WhatsApp Business.
  ["+44 20 7946 0000", "+442079460000"],
];
test.each(international)("normalizeAddress(%j) is %s", (written, e164) => {
  expect(anywhere.normalizeAddress(written)).toBe(e164);
  expect(anywhere.normalizeAddress(e164)).toBe(e164);
});

const local: [written: string, e164: string][] = [
  ["077 123 4567", "+263771234567"],
  ["077-123-4567", "+263771234567"],
  ["771234567", "+263771234567"],
  ["263771234567", "+263771234567"],
  ["+44 7911 123456", "+447911123456"],
  ["00447911123456", "+447911123456"],
];
test.each(local)("normalizeAddress(%j) with defaultCountry ZW is %s", (written, e164) => {
  expect(zimbabwean.normalizeAddress(written)).toBe(e164);
});

const refused: [written: string, cure: RegExp][] = [
  ["077 123 4567", /country code.*\+263 77 123 4567.*defaultCountry/],
  ["", /country code/],
  ["nobody", /not a phone number.*country code/],
  ["+263 77 123", /missing or doubled/],
  ["+263 77 123 4567 89", /missing or doubled/],
  ["+999 123 456 789", /not a phone number/],
  ["+1 650 555 1234 ext 5", /extension/],
  ["call +263 77 123 4567", /country code/],
  ["+263771234567".padEnd(200, "1"), /not a phone number/],
];
test.each(refused)(
  "normalizeAddress(%j) throws InvalidAddressError with a cure, without the number",
  (written, cure) => {
    const error = thrownBy(() => anywhere.normalizeAddress(written));
    expect(error).toBeInstanceOf(InvalidAddressError);
    expect(error).toMatchObject({ channel: "whatsapp", message: expect.stringMatching(cure) });
    const digits = written.replace(/\D/g, "");
    if (digits.length > 3)
      expect((error as Error).message.replace("+263 77 123 4567", "")).not.toContain(digits);
  },
);

test("normalizeAddress() of anything is E.164 or a user id, which stays itself, or InvalidAddressError", () => {
  const unit = fc.constantFrom(..."0123456789+ -()./x\u202a\u0660".split(""));
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit })), (written) => {
      let address: string;
      try {
        address = zimbabwean.normalizeAddress(written);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidAddressError);
        return;
      }
      expect(address).toMatch(/^\+[1-9]\d{4,14}$|^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]+$/);
      expect(zimbabwean.normalizeAddress(address)).toBe(address);
    }),
    { numRuns: 3_000 },
  );
});

function thrownBy(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}
