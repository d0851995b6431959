import type { Contact } from "../domain/contact.js";
import type { WriteOptions } from "./storage.js";

/** Keeps people and where they can be reached. */
export interface ContactStore<Tx = unknown> {
  /**
   * Writes each contact as given, by user id; an address that is left out is removed. An address belongs to one
   * person: if another person has it, nothing of this call is written and those addresses come
   * back as `taken`. Opt-outs, last inbound times and marks survive as long as the address stays the same.
   */
  save(contacts: readonly ContactInput[], options?: WriteOptions<Tx>): Promise<SaveContactsResult>;

  /** Contacts by user id, in no particular order; unknown ids are missing. */
  getMany(userIds: readonly string[], options?: WriteOptions<Tx>): Promise<Contact[]>;

  /** Contacts by user id, in order, `limit` at a time, starting behind `afterUserId`. */
  list(request: { readonly afterUserId: string | null; readonly limit: number }): Promise<Contact[]>;

  /**
   * Notes that people wrote to us, and so can be reached again. A time older than the one known is ignored. Returns for
   * how many people.
   */
  recordInbound(inbound: readonly InboundContact[]): Promise<number>;

  /**
   * Notes what people want to be told. A wish that is older than the one known for the same scope is ignored, and those of
   * one call are taken in the order of their times. Returns how many people's wishes have changed.
   */
  recordPreferences(preferences: readonly ContactPreference[]): Promise<number>;

  /**
   * Notes that people have a new address, or a new alias, which is the new address of whoever was saved by the old one;
   * wishes and times stay. An address that another person has by now
   * is not taken from them. Returns the people whose address changed.
   */
  recordMoves(moves: readonly ContactMove[]): Promise<readonly string[]>;

  /** Notes, by the store's clock, that the provider cannot reach these addresses. Returns how many are known. */
  markUnreachable(addresses: readonly UnreachableAddress[]): Promise<number>;

  /** Deletes a person with their addresses. Returns `false` when they were not known. */
  forget(userId: string, options?: WriteOptions<Tx>): Promise<boolean>;
}

export interface ContactInput {
  readonly userId: string;
  readonly name: string | null;
  readonly locale: string | null;
  readonly active: boolean;
  /** By channel, already normalised. */
  readonly addresses: Readonly<Record<string, string>>;
}

export interface SaveContactsResult {
  readonly taken: readonly {
    readonly channel: string;
    readonly address: string;
    readonly byUserId: string;
  }[];
}

export interface UnreachableAddress {
  readonly channel: string;
  readonly address: string;
  /** In the provider's words. */
  readonly reason: string;
}

/** Who is meant: by address, or by alias where the provider does not tell the address. One of them is there. */
export interface ContactIdentity {
  readonly channel: string;
  readonly address: string | null;
  /** Somebody may be saved by it, too: it is looked for among the addresses after the aliases. @default none */
  readonly alias?: string | null;
}

/** With both, the alias is noted for the address. */
export interface InboundContact extends ContactIdentity {
  readonly at: Date;
}

export interface ContactPreference extends ContactIdentity {
  readonly scope: PreferenceScope;
  readonly optedOut: boolean;
  readonly at: Date;
}

/** What a wish is about. */
export type PreferenceScope = "everything" | "marketing";

export interface ContactMove extends ContactIdentity {
  /** `null`: stays as it is. */
  readonly newAddress: string | null;
  /** `null`: stays as it is. */
  readonly newAlias: string | null;
}
