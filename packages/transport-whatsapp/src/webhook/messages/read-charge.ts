import type { Charge } from "@callboard/core/adapter";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { asFields, asText, type Fields } from "../../narrow.js";
import { addressIn, aliasIn } from "./identity.js";

/**
 * As what Meta charges a message, where a status says so: it does with `sent`, and with the first of `delivered` and `read`.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/pricing
 */
export function readCharge(status: Fields): Charge | null {
  const pricing = asFields(status.pricing);
  const category = asText(pricing?.category);
  if (pricing === null || category === null) return null;
  return { category, type: asText(pricing.type), country: countryOf(status) };
}

/** By the person's number; where it is hidden, by the country that Meta's id of them begins with. */
function countryOf({ recipient_id, recipient_user_id }: Fields): string | null {
  const address = addressIn(recipient_id);
  if (address !== null) return parsePhoneNumberFromString(address, { extract: false })?.country ?? null;
  return aliasIn(recipient_user_id)?.slice(0, 2) ?? null;
}
