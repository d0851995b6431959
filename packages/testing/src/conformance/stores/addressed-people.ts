import type {
  ContactAddress,
  ContactIdentity,
  ContactInput,
  ContactPreference,
} from "@callboard/core/adapter";
import type { StorageUnderTest } from "./stage.js";

/*
 * People with addresses, and what is told about them.
 */

const channel = "whatsapp";

export function at(minute: number): Date {
  return new Date(Date.UTC(2026, 0, 1, 10, minute));
}

export function person(userId: string, address: string, changes: Partial<ContactInput> = {}): ContactInput {
  return { userId, name: null, locale: null, active: true, addresses: { [channel]: address }, ...changes };
}

export const byAddress = (address: string): ContactIdentity => ({ channel, address });

export const byAlias = (alias: string): ContactIdentity => ({ channel, address: null, alias });

export const byBoth = (address: string, alias: string): ContactIdentity => ({ channel, address, alias });

export function wish(
  who: ContactIdentity,
  minute: number,
  { scope = "everything", optedOut = true }: Partial<Pick<ContactPreference, "scope" | "optedOut">> = {},
): ContactPreference {
  return { ...who, scope, optedOut, at: at(minute) };
}

export function move(who: ContactIdentity, newAddress: string | null, newAlias: string | null = null) {
  return { ...who, newAddress, newAlias };
}

export async function addressOf<Tx>(
  { storage }: StorageUnderTest<Tx>,
  userId: string,
  on = channel,
): Promise<ContactAddress | undefined> {
  const [contact] = await storage.contacts.getMany([userId]);
  return contact?.addresses[on];
}

/** By user id, where people are reached. */
export async function addressesOf<Tx>(
  { storage }: StorageUnderTest<Tx>,
  userIds: readonly string[],
): Promise<Record<string, [address: string | undefined, alias: string | null | undefined]>> {
  const contacts = await storage.contacts.getMany(userIds);
  return Object.fromEntries(
    contacts.map(({ userId, addresses }) => [
      userId,
      [addresses[channel]?.address, addresses[channel]?.alias],
    ]),
  );
}
