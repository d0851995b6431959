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

export interface InboundContact {
  readonly channel: string;
  readonly address: string;
  readonly at: Date;
}
