import type { Contact, ContactAddress, ContactIdentity, PreferenceScope } from "@callboard/core/adapter";
import type { Journal } from "./journal.js";
import { Table } from "./table.js";

/** An address, and when the newest wish about each scope came: an older one is ignored. */
export interface KnownAddress extends ContactAddress {
  readonly wishedAt: Readonly<Record<PreferenceScope, Date | null>>;
}

export interface KnownContact extends Omit<Contact, "addresses"> {
  readonly addresses: Readonly<Record<string, KnownAddress>>;
}

/** Where somebody is reached. */
export interface Entry {
  readonly contact: KnownContact;
  readonly channel: string;
  readonly known: KnownAddress;
}

/** People, and who has which address and alias. */
export class AddressBook {
  readonly #contacts = new Table<KnownContact>();
  readonly #byAddress = new Table<string>();
  readonly #byAlias = new Table<string>();

  get(userId: string): KnownContact | undefined {
    return this.#contacts.get(userId);
  }

  contacts(): KnownContact[] {
    return [...this.#contacts.values()];
  }

  /** By the address, and where nobody has that, by the alias, under which somebody may have been saved as well. */
  find({ channel, address, alias = null }: ContactIdentity): Entry | null {
    return (
      (address === null ? null : this.atAddress(channel, address)) ??
      (alias === null ? null : (this.atAlias(channel, alias) ?? this.atAddress(channel, alias)))
    );
  }

  atAddress(channel: string, address: string): Entry | null {
    return this.#entry(this.#byAddress.get(keyOf(channel, address)), channel);
  }

  atAlias(channel: string, alias: string): Entry | null {
    return this.#entry(this.#byAlias.get(keyOf(channel, alias)), channel);
  }

  write(contact: KnownContact, journal?: Journal): void {
    this.#release(contact.userId, journal);
    this.#contacts.set(contact.userId, contact, journal);
    for (const [channel, { address, alias }] of Object.entries(contact.addresses)) {
      this.#byAddress.set(keyOf(channel, address), contact.userId, journal);
      if (alias !== null) this.#byAlias.set(keyOf(channel, alias), contact.userId, journal);
    }
  }

  /** An alias that it comes with is taken from whoever had it. */
  change({ contact, channel, known }: Entry, changes: Partial<KnownAddress>): void {
    const holder = changes.alias ? this.atAlias(channel, changes.alias) : null;
    if (holder && holder.contact.userId !== contact.userId) this.change(holder, { alias: null });
    const addresses = { ...contact.addresses, [channel]: { ...known, ...changes } };
    this.write({ ...contact, addresses });
  }

  delete(userId: string, journal?: Journal): boolean {
    this.#release(userId, journal);
    return this.#contacts.delete(userId, journal);
  }

  #entry(userId: string | undefined, channel: string): Entry | null {
    const contact = this.#contacts.get(userId ?? "");
    const known = contact?.addresses[channel];
    return contact && known ? { contact, channel, known } : null;
  }

  /** Somebody else may have been given an address of theirs by now. */
  #release(userId: string, journal: Journal | undefined): void {
    for (const [channel, { address, alias }] of Object.entries(this.get(userId)?.addresses ?? {})) {
      for (const [index, key] of [[this.#byAddress, address] as const, [this.#byAlias, alias] as const]) {
        if (key !== null && index.get(keyOf(channel, key)) === userId)
          index.delete(keyOf(channel, key), journal);
      }
    }
  }
}

function keyOf(channel: string, name: string): string {
  return `${channel}:${name}`;
}
