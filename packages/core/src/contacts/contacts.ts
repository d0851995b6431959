import type { Contact } from "../domain/contact.js";
import { unstorable, unusableName } from "../domain/storable-text.js";
import { AddressTakenError } from "../errors/address-taken-error.js";
import { InvalidOptionsError } from "../errors/invalid-options-error.js";
import { UnknownChannelError } from "../errors/unknown-channel-error.js";
import type { WriteOptions } from "../ports/storage.js";
import type { Transport } from "../ports/transport.js";
import type { Runtime } from "../runtime.js";
import { choose, type PreferenceRequest } from "./choose.js";

/** A person to save. What is left out is cleared. No text may hold U+0000 or a lone surrogate. */
export interface SaveContact<Channel extends string = string> {
  /** The host's own id, 1 to 255 characters. */
  readonly userId: string;
  readonly name?: string;
  /** BCP 47, for example `en-ZW`. Up to 64 characters. */
  readonly locale?: string;
  /** @default true */
  readonly active?: boolean;
  /** Where to reach the person, by channel, in any usual spelling, up to 255 characters. Each belongs to one person. */
  readonly addresses?: Partial<Record<Channel, string>>;
}

/** People, and where they can be reached. */
export interface Contacts<Tx, Channel extends string = string> {
  /**
   * Saves people by user id, all or none of them.
   *
   * @throws {InvalidOptionsError} An id or a text that cannot be stored, or a person who is there twice.
   * @throws {InvalidAddressError} An address cannot be one of its channel.
   * @throws {AddressTakenError} Another person has an address already.
   */
  save(contacts: readonly SaveContact<Channel>[], options?: WriteOptions<Tx>): Promise<void>;
  /**
   * Notes that a person wants to be told nothing on a channel, or no marketing, as of now. Whatever waits for them there
   * is not sent any more where the channel asks before it sends.
   *
   * @returns `false` when they wished so already, or have said something newer by the provider's clock.
   * @throws {UnknownContactError} They have no address on the channel.
   * @throws {UnknownChannelError}
   * @throws {InvalidOptionsError} Names the option and the cure.
   */
  optOut(request: PreferenceRequest<Channel>): Promise<boolean>;
  /** Notes that a person wants to be told again, as of now. Returns and throws as `optOut` does. */
  optIn(request: PreferenceRequest<Channel>): Promise<boolean>;
  /** The people behind these ids; unknown ids are missing. */
  get(userIds: readonly string[]): Promise<Contact[]>;
  /** People by user id, `limit` at a time, starting behind `afterUserId`. */
  list(request: { readonly afterUserId: string | null; readonly limit: number }): Promise<Contact[]>;
}

export function createContacts<Tx, Channel extends string>(runtime: Runtime<Tx>): Contacts<Tx, Channel> {
  const { transports } = runtime;
  const store = runtime.storage.contacts;
  return {
    async save(contacts, options) {
      const inputs = contacts.map((contact, index) => toInput(contact, index, transports));
      checkOnce(inputs.map(({ userId }) => userId));
      const { taken } = await store.save(inputs, options);
      if (taken.length > 0) throw new AddressTakenError(taken);
    },
    optOut: (request) => choose(runtime, request, "optOut"),
    optIn: (request) => choose(runtime, request, "optIn"),
    get: (userIds) => store.getMany(userIds),
    list: (request) => store.list(request),
  };
}

function checkOnce(userIds: readonly string[]): void {
  const seen = new Set<string>();
  for (const [index, userId] of userIds.entries()) {
    if (seen.has(userId)) {
      throw new InvalidOptionsError(
        `contacts.save([…])[${index}].userId`,
        `"${userId}" is there twice. Give each person once.`,
      );
    }
    seen.add(userId);
  }
}

function toInput(
  { userId, name, locale, active = true, addresses = {} }: SaveContact,
  index: number,
  transports: ReadonlyMap<string, Transport<string, unknown>>,
) {
  const check = (field: string, problem: string | null) => {
    if (problem !== null) throw new InvalidOptionsError(`contacts.save([…])[${index}].${field}`, problem);
  };
  check("userId", unusableName(userId));
  check("name", unusableText(name ?? ""));
  check("locale", unusableText(locale ?? "", 64));
  const given = Object.entries(addresses).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const normal = given.map(([channel, address]) => {
    const transport = transports.get(channel);
    if (!transport) throw new UnknownChannelError(channel, [...transports.keys()]);
    const normalAddress = transport.normalizeAddress(address);
    check(`addresses.${channel}`, unusableName(normalAddress));
    return [channel, normalAddress] as const;
  });
  return {
    userId,
    name: name ?? null,
    locale: locale ?? null,
    active,
    addresses: Object.fromEntries(normal),
  };
}

function unusableText(text: unknown, maxLength = Number.POSITIVE_INFINITY): string | null {
  if (typeof text !== "string") return "must be a string.";
  if (text.length > maxLength) return `must have at most ${maxLength} characters.`;
  return unstorable(text);
}
