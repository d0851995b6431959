import { asFields, type Fields } from "../../narrow.js";
import { type News, wordIn } from "../news.js";
import { addressIn, aliasIn, identityOf } from "./identity.js";

/**
 * Meta's note in a chat that a person has a new number, or that Meta calls them by a new id. Its sentence is not looked at: it
 * comes in the language of the account.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/system
 */
export function readSystemMessage(item: Fields, news: News): string | null {
  const system = asFields(item.system);
  // The phone is another one, the person and their number are the same.
  if (system?.type === "customer_identity_changed" || system?.type === "user_identity_changed") return null;
  if (system?.type !== "user_changed_number" && system?.type !== "user_changed_user_id")
    return `is a system message of the unknown type ${wordIn(system?.type)}`;
  const identity = identityOf(item.from, system.previous_user_id ?? item.from_user_id);
  if (identity === null) return "does not say who has changed";
  const told = addressIn(system.wa_id) ?? addressIn(system.new_wa_id);
  const newAddress = told === identity.address ? null : told;
  const newAlias = aliasIn(system.user_id);
  if (newAddress === null && newAlias === null) return "does not say what has changed";
  news.moves.push({ ...identity, newAddress, newAlias });
  return null;
}
