import type { Database } from "../database.js";
import { AddressBook, type AddressChange } from "./address-book.js";
import { type AddressKey, lockAddresses } from "./lock-addresses.js";
import { writeAddresses } from "./write-addresses.js";

/** Changes what is known of addresses, in one transaction that holds the rows of these keys. */
export async function changeAddresses(
  database: Database,
  keys: readonly AddressKey[],
  change: (book: AddressBook) => void,
): Promise<AddressChange[]> {
  if (keys.length === 0) return [];
  return database.transaction(async (transaction) => {
    const book = new AddressBook(await lockAddresses(database, transaction, keys));
    change(book);
    const changes = book.changes();
    await writeAddresses(database, transaction, changes);
    return changes;
  });
}
