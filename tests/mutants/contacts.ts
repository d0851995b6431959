import type { Contact, ContactInput } from "@callboard/core/adapter";
import {
  blindInTransaction,
  ignoresTransaction,
  type Mutants,
  type Mutation,
  mutantOf,
  type Sound,
} from "./mutant.js";

type Contacts = Sound["contacts"];

export const contactMutants: Mutants = {
  "save() writes people, and getMany() gives back those that are known": {
    "save() forgets the locale": saving(() => ({ locale: null })),
    "save() writes an empty name for none": saving(({ name }) => ({ name: name ?? "" })),
    "save() takes everybody for active": saving(() => ({ active: true })),
    "getMany() gives a person for each time that they are asked for": contacts(({ getMany }) => ({
      getMany: async (userIds, options) =>
        (await Promise.all(userIds.map((id) => getMany([id], options)))).flat(),
    })),
    "getMany() makes up whom it does not know": contacts(({ getMany }) => ({
      getMany: async (userIds, options) => {
        const found = await getMany(userIds, options);
        const unknown = userIds.filter((id) => !found.some(({ userId }) => userId === id));
        const made = { name: null, locale: null, active: true, addresses: {} };
        return [...found, ...unknown.map((userId) => ({ userId, ...made }))];
      },
    })),
  },

  "save() of an address that another person keeps writes nothing, and says who has it": {
    "save() takes an address away from whoever has it": contacts((sound) => ({
      async save(inputs, options) {
        const { taken } = await sound.save(inputs, options);
        for (const { byUserId } of taken) {
          const [owner] = await sound.getMany([byUserId], options);
          if (owner) await sound.save([{ ...owner, addresses: {} }], options);
        }
        return taken.length === 0 ? { taken } : sound.save(inputs, options);
      },
    })),
    "save() writes the others of the call": contacts((sound) => ({
      async save(inputs, options) {
        const { taken } = await sound.save(inputs, options);
        const addresses = new Set(taken.map(({ address }) => address));
        const free = inputs.filter(
          (input) => !Object.values(input.addresses).some((one) => addresses.has(one)),
        );
        if (taken.length > 0) await sound.save(free, options);
        return { taken };
      },
    })),
    "save() writes the person without the address": contacts((sound) => ({
      async save(inputs, options) {
        const { taken } = await sound.save(inputs, options);
        if (taken.length > 0) {
          const without = inputs.map((input) => ({ ...input, addresses: {} }));
          await sound.save(without, options);
        }
        return { taken };
      },
    })),
    "save() says who wants the address": contacts(({ save }) => ({
      async save(inputs, options) {
        const { taken } = await save(inputs, options);
        return { taken: taken.map((one) => ({ ...one, byUserId: inputs.at(-1)?.userId ?? "" })) };
      },
    })),
    "save() lets two people of one call have an address": contacts(({ save }) => ({
      async save(inputs, options) {
        const first = new Map(inputs.map((input) => [Object.values(input.addresses)[0], input]));
        return save([...first.values()], options);
      },
    })),
  },

  "save() removes an address that is left out, which somebody else may have then": {
    "save() keeps addresses that are left out": contacts((sound) => ({
      async save(inputs, options) {
        const known = await sound.getMany(
          inputs.map(({ userId }) => userId),
          options,
        );
        const before = new Map(known.map((contact) => [contact.userId, plainAddresses(contact)]));
        const merged = inputs.map((input) => ({
          ...input,
          addresses: { ...before.get(input.userId), ...input.addresses },
        }));
        return sound.save(merged, options);
      },
    })),
    "save() frees no address that is left out": contacts(({ save }) => keepingAddresses(save)),
  },

  "save() in a transaction that rolls back leaves people as they were": {
    "save() ignores its transaction": ignoresTransaction("contacts", "save"),
    "getMany() does not see what its transaction wrote": blindInTransaction("contacts", "getMany"),
  },

  "save() can hand an address over within one call": {
    "save() takes people one after the other": contacts(({ save }) => ({
      async save(inputs, options) {
        const results = [];
        for (const input of inputs) results.push(await save([input], options));
        return { taken: results.flatMap(({ taken }) => taken) };
      },
    })),
  },

  "recordInbound() keeps the latest time, and save() keeps it as long as the address stays": {
    "recordInbound() goes backwards": contacts((sound) => ({
      async recordInbound(inbound) {
        await renewed(sound);
        return sound.recordInbound(inbound);
      },
    })),
    "recordInbound() keeps the last time that it was told": contacts(({ recordInbound }) => ({
      recordInbound: (inbound) => {
        const last = new Map(inbound.map((message) => [message.address, message]));
        return recordInbound([...last.values()]);
      },
    })),
    "recordInbound() counts messages": contacts(({ recordInbound }) => ({
      async recordInbound(inbound) {
        await recordInbound(inbound);
        return inbound.length;
      },
    })),
    "recordInbound() writes nothing": contacts(() => {
      const counts = [1, 0];
      return { recordInbound: async () => counts.shift() ?? 0 };
    }),
    "save() forgets when somebody wrote to us": contacts((sound) => ({
      async save(inputs, options) {
        await sound.save(
          inputs.map((input) => ({ ...input, addresses: {} })),
          options,
        );
        return sound.save(inputs, options);
      },
    })),
    "save() keeps that time for another address": contacts((sound) => {
      let known: Date | null = null;
      return {
        async getMany(userIds, options) {
          const [contact] = await sound.getMany(userIds, options);
          const address = contact?.addresses.whatsapp;
          if (!contact || !address) return [];
          known = address.lastInboundAt ?? known;
          return [{ ...contact, addresses: { whatsapp: { ...address, lastInboundAt: known } } }];
        },
      };
    }),
  },

  "list() walks through people in order": {
    "list() has no order": contacts(({ list }) => ({
      list: async (request) => (await list(request)).toReversed(),
    })),
    "list() begins with whom it ended with": contacts((sound) => ({
      async list({ afterUserId, limit }) {
        const last = afterUserId === null ? [] : await sound.getMany([afterUserId]);
        return [...last, ...(await sound.list({ afterUserId, limit }))].slice(0, limit);
      },
    })),
    "list() ignores its limit": contacts(({ list }) => ({
      list: ({ afterUserId }) => list({ afterUserId, limit: 1_000 }),
    })),
    "list() skips a person at the end of a page": contacts(({ list }) => ({
      list: async ({ afterUserId, limit }) => {
        const all = await list({ afterUserId, limit: 1_000 });
        return (afterUserId === null ? all : all.slice(1)).slice(0, limit);
      },
    })),
  },

  "list() walks in the order of code points, and tells people apart to the letter": {
    "list() goes by UTF-16": ordered((a, b) => Number(a > b) - Number(a < b)),
    "list() goes by the alphabet": ordered((a, b) => a.localeCompare(b, "en")),
    "getMany() ignores the case": contacts((sound) => ({
      async getMany(userIds) {
        const all = await sound.list({ afterUserId: null, limit: 1_000 });
        const folded = new Set(userIds.map((id) => id.toLowerCase()));
        return all.filter(({ userId }) => folded.has(userId.toLowerCase()));
      },
    })),
    "save() drops spaces at the end": saving(({ userId }) => ({ userId: userId.trimEnd() })),
  },

  "forget() deletes a person, whose addresses are free again": {
    "forget() leaves the addresses taken": contacts(({ save }) => keepingAddresses(save)),
    "forget() knows everybody": contacts(({ forget }) => ({
      async forget(userId, options) {
        await forget(userId, options);
        return true;
      },
    })),
    "forget() ignores the case of a user id": contacts(({ forget }) => ({
      async forget(userId, options) {
        await forget("Ada", options);
        return forget(userId, options);
      },
    })),
    "forget() only deactivates": contacts((sound) => ({
      async forget(userId, options) {
        const [contact] = await sound.getMany([userId], options);
        if (!contact?.active) return false;
        await sound.save([{ ...contact, active: false, addresses: plainAddresses(contact) }], options);
        return true;
      },
    })),
  },

  "forget() of a contact in a transaction that rolls back leaves them as they were": {
    "forget() of a contact ignores its transaction": ignoresTransaction("contacts", "forget"),
  },
};

export function contacts(mutate: (sound: Contacts) => Partial<Contacts>): Mutation {
  return mutantOf("contacts", mutate);
}

function saving(wrong: (input: ContactInput) => Partial<ContactInput>): Mutation {
  return contacts(({ save }) => ({
    save: (inputs, options) =>
      save(
        inputs.map((input) => ({ ...input, ...wrong(input) })),
        options,
      ),
  }));
}

export function plainAddresses({ addresses }: Contact): Record<string, string> {
  return Object.fromEntries(Object.entries(addresses).map(([channel, { address }]) => [channel, address]));
}

/** Whoever had an address first has it for ever. */
function keepingAddresses(save: Contacts["save"]): Partial<Contacts> {
  const owners = new Map<string, string>();
  return {
    async save(inputs, options) {
      const taken = inputs.flatMap(({ userId, addresses }) =>
        Object.entries(addresses).flatMap(([channel, address]) => {
          const byUserId = owners.get(address) ?? userId;
          owners.set(address, byUserId);
          return byUserId === userId ? [] : [{ channel, address, byUserId }];
        }),
      );
      return taken.length > 0 ? { taken } : save(inputs, options);
    },
  };
}

/** As if nobody had ever written to us. */
async function renewed({ list, save }: Contacts): Promise<void> {
  const all = await list({ afterUserId: null, limit: 1_000 });
  await save(all.map((contact) => ({ ...contact, addresses: {} })));
  await save(all.map((contact) => ({ ...contact, addresses: plainAddresses(contact) })));
}

function ordered(compare: (a: string, b: string) => number): Mutation {
  return contacts(({ list }) => ({
    async list({ afterUserId, limit }) {
      const all = await list({ afterUserId: null, limit: 1_000 });
      return all
        .filter(({ userId }) => afterUserId === null || compare(userId, afterUserId) > 0)
        .toSorted((a, b) => compare(a.userId, b.userId))
        .slice(0, limit);
    },
  }));
}
