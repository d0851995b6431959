import type { Contact, ContactAddress, UnreachableAddress } from "@callboard/core/adapter";
import { plainAddresses } from "./contacts.js";
import { damages, mutantsOf } from "./folded-text.js";
import { type Mutants, type Mutation, mutantOf, type Sound } from "./mutant.js";

type Contacts = Sound["contacts"];

const reachable = { unreachableAt: null, unreachableReason: null };

export const reachabilityMutants: Mutants = {
  "markUnreachable() notes when and why of the addresses that are known, and counts them": {
    "markUnreachable() ignores the channel": contacts(({ markUnreachable }) => ({
      async markUnreachable(marks) {
        await markUnreachable(marks.map((mark) => ({ ...mark, channel: "email" })));
        return markUnreachable(marks);
      },
    })),
    "markUnreachable() counts what it does not know": contacts(({ markUnreachable }) => ({
      async markUnreachable(marks) {
        await markUnreachable(marks);
        return marks.length;
      },
    })),
    "markUnreachable() marks the first address": contacts(({ markUnreachable }) => ({
      async markUnreachable(marks) {
        await markUnreachable(marks.slice(0, 1));
        return Math.min(marks.length, 2);
      },
    })),
    "markUnreachable() gives every address the first reason": marking((mark, [first = mark]) => ({
      ...mark,
      reason: first.reason,
    })),
    "markUnreachable() forgets the reason": marking((mark) => ({ ...mark, reason: "" })),
    "markUnreachable() forgets the time": seeing((address) => ({ ...address, unreachableAt: null })),
    "list() does not tell the mark": contacts(({ list }) => ({
      list: async (request) => seen(await list(request), (address) => ({ ...address, ...reachable })),
    })),
    "markUnreachable() marks everybody": contacts((sound) => ({
      async markUnreachable(marks) {
        const count = await sound.markUnreachable(marks);
        const all = await sound.list({ afterUserId: null, limit: 1_000 });
        const reason = marks[0]?.reason ?? "";
        const addresses = all.flatMap((contact) => Object.entries(plainAddresses(contact)));
        await sound.markUnreachable(addresses.map(([channel, address]) => ({ channel, address, reason })));
        return count;
      },
    })),
  },

  "markUnreachable() of what is marked notes the new time and reason": {
    "markUnreachable() leaves what is marked": contacts(({ markUnreachable }) => {
      const marked = new Set<string>();
      return {
        async markUnreachable(marks) {
          await markUnreachable(marks.filter(({ address }) => !marked.has(address)));
          for (const { address } of marks) marked.add(address);
          return marks.length;
        },
      };
    }),
    "markUnreachable() counts what is new": contacts(({ markUnreachable }) => {
      const marked = new Set<string>();
      return {
        async markUnreachable(marks) {
          await markUnreachable(marks);
          return marks.filter(({ address }) => marked.size !== marked.add(address).size).length;
        },
      };
    }),
    "markUnreachable() keeps the first time": seeing(keptFirst("unreachableAt")),
    "markUnreachable() keeps the first reason": seeing(keptFirst("unreachableReason")),
  },

  "markUnreachable() keeps reasons to the letter, whatever is in them": {
    ...mutantsOf("markUnreachable()", damages, (damaged) =>
      marking((mark) => ({ ...mark, reason: damaged(mark.reason) })),
    ),
    "markUnreachable() takes the word null for null": seeing((address) => ({
      ...address,
      unreachableReason: address.unreachableReason === "null" ? null : address.unreachableReason,
    })),
    "markUnreachable() keeps reasons as long as a name": marking((mark) => ({
      ...mark,
      reason: mark.reason.slice(0, 255),
    })),
  },

  "recordInbound() takes the mark from whoever writes to us, and leaves it when the message is old": {
    "recordInbound() leaves the mark": contacts((sound) => {
      let marks: readonly UnreachableAddress[] = [];
      return {
        markUnreachable(addresses) {
          marks = addresses;
          return sound.markUnreachable(addresses);
        },
        async recordInbound(inbound) {
          const count = await sound.recordInbound(inbound);
          await sound.markUnreachable(marks);
          return count;
        },
      };
    }),
    "recordInbound() leaves the reason": seeing((address) => ({
      ...address,
      unreachableReason: address.unreachableReason ?? "Not on WhatsApp.",
    })),
    "recordInbound() takes everybody's mark": contacts((sound) => ({
      async recordInbound(inbound) {
        const all = await sound.list({ afterUserId: null, limit: 1_000 });
        const others = all.filter(({ addresses }) => addresses.whatsapp?.address !== inbound[0]?.address);
        for (const contact of others) await unmarked(sound, contact);
        return sound.recordInbound(inbound);
      },
    })),
    "recordInbound() of an old message takes the mark": contacts((sound) => ({
      async recordInbound(inbound) {
        const count = await sound.recordInbound(inbound);
        const all = await sound.list({ afterUserId: null, limit: 1_000 });
        const [contact] = all.filter(({ addresses }) => addresses.whatsapp?.address === inbound[0]?.address);
        if (count === 0 && contact) await unmarked(sound, contact);
        return count;
      },
    })),
    "recordInbound() that takes a mark forgets the time of the message": seeing((address) => ({
      ...address,
      lastInboundAt: address.unreachableAt === null ? null : address.lastInboundAt,
    })),
  },

  "save() keeps the mark as long as the address stays the same": {
    "save() takes the mark": contacts((sound) => ({
      async save(inputs, options) {
        await sound.save(
          inputs.map((input) => ({ ...input, addresses: {} })),
          options,
        );
        return sound.save(inputs, options);
      },
    })),
    "save() keeps the time of the mark alone": contacts((sound) => {
      let saves = 0;
      return {
        save(inputs, options) {
          saves += 1;
          return sound.save(inputs, options);
        },
        getMany: async (userIds, options) =>
          seen(await sound.getMany(userIds, options), (address) =>
            saves === 2 ? { ...address, unreachableReason: null } : address,
          ),
      };
    }),
    "save() keeps the mark for another address of the person": remembering(({ userId }) => userId),
    "save() keeps the mark for whoever has the address next": remembering((_, { address }) => address),
  },
};

function contacts(mutate: (sound: Contacts) => Partial<Contacts>): Mutation {
  return mutantOf("contacts", mutate);
}

function marking(
  wrong: (mark: UnreachableAddress, all: readonly UnreachableAddress[]) => UnreachableAddress,
): Mutation {
  return contacts(({ markUnreachable }) => ({
    markUnreachable: (marks) => markUnreachable(marks.map((mark) => wrong(mark, marks))),
  }));
}

function seeing(see: (address: ContactAddress) => ContactAddress): Mutation {
  return contacts(({ getMany }) => ({
    getMany: async (userIds, options) => seen(await getMany(userIds, options), see),
  }));
}

export function seen(
  all: readonly Contact[],
  see: (address: ContactAddress, contact: Contact) => ContactAddress,
): Contact[] {
  return all.map((contact) => {
    const entries = Object.entries(contact.addresses);
    const addresses = entries.map(([channel, address]) => [channel, see(address, contact)] as const);
    return { ...contact, addresses: Object.fromEntries(addresses) };
  });
}

/** One part of a mark stays as it was seen first. */
function keptFirst(part: "unreachableAt" | "unreachableReason") {
  const first = new Map<string, ContactAddress>();
  return (address: ContactAddress): ContactAddress => {
    const known = first.get(address.address) ?? address;
    first.set(address.address, known);
    return { ...address, [part]: known[part] };
  };
}

/** Whatever was marked once under a key looks marked for ever. */
function remembering(keyOf: (contact: Contact, address: ContactAddress) => string): Mutation {
  return contacts((sound) => {
    const marks = new Map<string, ContactAddress>();
    return {
      getMany: async (userIds, options) =>
        seen(await sound.getMany(userIds, options), (address, contact) => {
          const key = keyOf(contact, address);
          if (address.unreachableAt !== null) marks.set(key, address);
          const { unreachableAt, unreachableReason } = marks.get(key) ?? { ...address, ...reachable };
          return { ...address, unreachableAt, unreachableReason };
        }),
    };
  });
}

async function unmarked({ save }: Contacts, contact: Contact): Promise<void> {
  await save([{ ...contact, addresses: {} }]);
  await save([{ ...contact, addresses: plainAddresses(contact) }]);
}
