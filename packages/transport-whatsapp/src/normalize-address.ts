import { InvalidAddressError } from "@callboard/core/adapter";
// The largest of the three metadata sets (157 KB). "min" accepts numbers that nobody has, and "mobile" refuses the
// landline numbers that WhatsApp Business may be registered with.
import { type CountryCode, type PhoneNumber, parsePhoneNumberFromString } from "libphonenumber-js/max";
import { isUserId } from "./user-id.js";

const withCountry = "Write it with its country code, for example +263 77 123 4567.";

/**
 * Puts a phone number into E.164: `077 123 4567` in Zimbabwe becomes `+263771234567`. Meta's own id of a person stays as
 * it is.
 * @throws {InvalidAddressError} Nobody can have this number. The number itself is not repeated.
 */
export function normalizeAddress(address: string, defaultCountry: CountryCode | undefined): string {
  if (isUserId(address)) return address;
  const written = readable(address);
  if (written === null) throw new InvalidAddressError("whatsapp", `it is not a phone number. ${withCountry}`);
  const number = parse(written, defaultCountry);
  if (number === undefined) throw new InvalidAddressError("whatsapp", unparsed(written, defaultCountry));
  if (number.ext !== undefined)
    throw new InvalidAddressError(
      "whatsapp",
      "it has an extension, which WhatsApp cannot dial. Leave it out.",
    );
  if (number.isValid()) return number.number;
  throw new InvalidAddressError(
    "whatsapp",
    "its country assigns no such number. Check for missing or doubled digits.",
  );
}

/**
 * The stored form of a number as WhatsApp names it: digits alone, and for some Mexican and Brazilian people in a
 * form from before their country changed its numbers.
 */
export function addressFromWaId(waId: string): string {
  const plain = `+${waId.replace(/^\+/, "")}`;
  const current = modern(plain);
  return parsePhoneNumberFromString(current, { extract: false })?.isValid() ? current : plain;
}

function parse(written: string, defaultCountry: CountryCode | undefined): PhoneNumber | undefined {
  const options = defaultCountry === undefined ? { extract: false } : { extract: false, defaultCountry };
  return parsePhoneNumberFromString(modern(written), options);
}

// Numbers that are copied from an address book often come wrapped in invisible direction marks.
function readable(address: unknown): string | null {
  if (typeof address !== "string" || address.length > 64) return null;
  return address
    .replace(/\p{Cf}/gu, "")
    .trim()
    .replace(/^00/, "+");
}

// Mexico dropped the 1 after +52 in 2019; Brazil's mobile numbers got a 9 after the area code.
function modern(written: string): string {
  const compact = written.replace(/[\s().-]/g, "");
  const mexican = /^\+521(\d{10})$/.exec(compact);
  if (mexican) return `+52${mexican[1]}`;
  const brazilian = /^\+55(\d{2})([6-9]\d{7})$/.exec(compact);
  return brazilian ? `+55${brazilian[1]}9${brazilian[2]}` : written;
}

function unparsed(written: string, defaultCountry: CountryCode | undefined): string {
  const local = defaultCountry === undefined && /^[\d\s().-]+$/.test(written) && /\d/.test(written);
  return local
    ? `it has no country code. ${withCountry.replace(".", ",")} or set defaultCountry.`
    : `it is not a phone number. ${withCountry}`;
}
