import { asFields, type Fields } from "../../narrow.js";
import { type News, readEach } from "../news.js";
import { aliasIn, identityOf } from "./identity.js";

/**
 * Reads the value of a `user_id_update` change: Meta calls people by new ids, mostly because their number has changed.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
 */
export function readUserIdUpdates(value: Fields, news: News): string | null {
  readEach(value.user_id_update, "change of a user id", readUpdate, news);
  return null;
}

function readUpdate(item: Fields, news: News): string | null {
  const userId = asFields(item.user_id);
  const newAlias = aliasIn(userId?.current);
  if (newAlias === null) return "has no new id";
  const identity = identityOf(item.wa_id, userId?.previous);
  if (identity === null) return "does not say whose it is";
  news.moves.push({ ...identity, newAddress: null, newAlias });
  return null;
}
