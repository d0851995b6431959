import { asText } from "../../narrow.js";
import { addressFromWaId } from "../../normalize-address.js";
import { isUserId } from "../../user-id.js";

/** Who a piece is about. */
export interface Identity {
  /** The number, or else Meta's id: messages can be sent to either. */
  readonly address: string;
  /** Meta's own id of the person, exactly as it came. */
  readonly alias: string | null;
}

/**
 * A person by phone number and by Meta's id, of which either may be missing: people with a username may hide their number.
 * Then the id is their address, too, by which a contact that was saved under it is found. `null` when there is neither.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
 */
export function identityOf(waId: unknown, userId: unknown): Identity | null {
  const alias = aliasIn(userId) ?? aliasIn(waId);
  const address = addressIn(waId) ?? alias;
  return address === null ? null : { address, alias };
}

/** The stored form of a number as Meta names it, or `null` for what is none. */
export function addressIn(waId: unknown): string | null {
  const digits = asText(waId);
  return digits !== null && /^\+?\d{5,20}$/.test(digits) ? addressFromWaId(digits) : null;
}

/** Meta's own id of a person, or `null` for what is none. */
export function aliasIn(userId: unknown): string | null {
  const id = asText(userId);
  return id !== null && isUserId(id) ? id : null;
}
