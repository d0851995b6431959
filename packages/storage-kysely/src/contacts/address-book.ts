import type { ContactIdentity } from "@callboard/core/adapter";
import type { ContactAddressesTable } from "../schema.js";

/** How an address was, and is to be. */
export interface AddressChange {
  readonly before: ContactAddressesTable;
  readonly after: ContactAddressesTable;
}

/** Rows that this transaction has locked, and what becomes of them; each change sees those before it. */
export class AddressBook {
  readonly #before: readonly ContactAddressesTable[];
  readonly #rows = new Map<string, ContactAddressesTable>();
  readonly #byAddress = new Map<string, ContactAddressesTable>();
  readonly #byAlias = new Map<string, ContactAddressesTable>();

  constructor(locked: readonly ContactAddressesTable[]) {
    this.#before = locked;
    for (const row of locked) this.#put(row);
  }

  /** By the address, and where nobody has that, by the alias, under which somebody may have been saved as well. */
  find({ channel, address, alias = null }: ContactIdentity): ContactAddressesTable | undefined {
    return (
      (address === null ? undefined : this.atAddress(channel, address)) ??
      (alias === null ? undefined : (this.atAlias(channel, alias) ?? this.atAddress(channel, alias)))
    );
  }

  atAddress(channel: string, address: string): ContactAddressesTable | undefined {
    return this.#byAddress.get(`${channel}:${address}`);
  }

  atAlias(channel: string, alias: string): ContactAddressesTable | undefined {
    return this.#byAlias.get(`${channel}:${alias}`);
  }

  /** An alias that it comes with is taken from whoever had it. */
  change(row: ContactAddressesTable, changes: Partial<ContactAddressesTable>): void {
    const holder = changes.alias ? this.atAlias(row.channel, changes.alias) : undefined;
    if (holder && rowKey(holder) !== rowKey(row)) this.change(holder, { alias: null });
    this.#byAddress.delete(`${row.channel}:${row.address}`);
    if (row.alias !== null) this.#byAlias.delete(`${row.channel}:${row.alias}`);
    this.#put({ ...row, ...changes });
  }

  /** Of the rows that are to be others now. */
  changes(): AddressChange[] {
    return this.#before.flatMap((before) => {
      const after = this.#rows.get(rowKey(before)) ?? before;
      const names = Object.keys(after) as (keyof ContactAddressesTable)[];
      return names.some((name) => before[name] !== after[name]) ? [{ before, after }] : [];
    });
  }

  #put(row: ContactAddressesTable): void {
    this.#rows.set(rowKey(row), row);
    this.#byAddress.set(`${row.channel}:${row.address}`, row);
    if (row.alias !== null) this.#byAlias.set(`${row.channel}:${row.alias}`, row);
  }
}

/** A person has one address on a channel. */
export function rowKey({ user_id: userId, channel }: Pick<ContactAddressesTable, "user_id" | "channel">) {
  return `${channel}:${userId}`;
}
