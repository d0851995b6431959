import type { Contact, ContactPreference, InboundContact } from "@callboard/core/adapter";
import { contacts, plainAddresses } from "./contacts.js";
import { type Mutants, type Mutation, othersFirst, type Sound } from "./mutant.js";
import { seen } from "./reachability.js";

type Contacts = Sound["contacts"];
type Wishes = readonly ContactPreference[];

export const preferenceMutants: Mutants = {
  "recordPreferences() notes since when people want to be left alone, of all or of marketing, and counts whom":
    {
      "recordPreferences() writes nothing": contacts(() => ({ recordPreferences: async () => 2 })),
      "recordPreferences() takes marketing for everything": wished((all) =>
        all.map((one) => ({ ...one, scope: "everything" })),
      ),
      "recordPreferences() takes everything for marketing": wished((all) =>
        all.map((one) => ({ ...one, scope: "marketing" })),
      ),
      "recordPreferences() takes nobody back": wished((all) => all.filter(({ optedOut }) => optedOut)),
      "recordPreferences() counts wishes": counting((all) => all.length),
    },

  "recordPreferences() ignores a wish that is older than the one known for its scope, also after an opt-in": {
    "recordPreferences() takes what it is told last": asNewest(),
    "recordPreferences() remembers the time of an opt-out alone": contacts((sound) => ({
      async recordPreferences(wishes) {
        const out = (await everybody(sound)).flatMap(({ addresses }) =>
          Object.values(addresses).flatMap((one) => (one.optedOutAt ? [one.address] : [])),
        );
        return sound.recordPreferences(
          wishes.filter(({ optedOut, address }) => optedOut || out.includes(address ?? "")),
        );
      },
    })),
    "recordPreferences() has one time for both scopes": newerThanKnown(({ address }) => String(address)),
  },

  "recordPreferences() takes the wishes of one call in the order of their times": {
    "recordPreferences() takes the wishes of one call as they come": wished((all) =>
      all.map((one) => ({ ...one, at: all[0]?.at ?? one.at })),
    ),
  },

  "recordPreferences() of two wishes of one time takes the one that is told last": {
    "recordPreferences() of two wishes of one time takes the first": wished((all) => all.toReversed()),
    "recordPreferences() ignores a wish of the time that is known": newerThanKnown(
      ({ scope }) => scope,
      (known, at) => at > known,
    ),
  },

  "recordPreferences() of a wish that is known keeps since when, and changes nobody's": {
    "recordPreferences() counts whom it was told of": counting(() => 1),
    "recordPreferences() notes when somebody said it last": wished((all) =>
      all.flatMap((one) => [{ ...one, optedOut: false }, one]),
    ),
    "recordPreferences() forgets when somebody said it again": contacts((sound) => ({
      async recordPreferences(wishes) {
        const [ada] = await sound.getMany(["ada"]);
        const isOut = ada?.addresses.whatsapp?.optedOutAt !== null;
        return sound.recordPreferences(wishes.filter(({ optedOut }) => !isOut || !optedOut));
      },
    })),
  },

  "recordPreferences() finds people by address, and by alias where nobody has that": {
    "recordPreferences() knows no alias": wished((all) => all.map((one) => ({ ...one, alias: null }))),
    "recordPreferences() goes by the alias first": wished((all) =>
      all.map((one) => (one.alias ? { ...one, address: null } : one)),
    ),
    "recordPreferences() ignores the alias beside an address": wished((all) =>
      all.map((one) => (one.address === null ? one : { ...one, alias: null })),
    ),
    "recordPreferences() ignores the case of an alias": wished((all) =>
      all.map((one) => (one.alias === "us.ada" ? { ...one, alias: "US.ada" } : one)),
    ),
  },

  "recordPreferences() by 20 racing callers leaves the newest wish of each scope": {
    "recordPreferences() takes whoever comes last": asNewest(),
    "recordPreferences() looks at the time before it waits for the others": contacts((sound) => {
      let newest = 0;
      const force = forcing(sound);
      return {
        async recordPreferences(wishes) {
          const times = wishes.map(({ at }) => at.getTime());
          if (Math.max(...times) < newest) return 0;
          await othersFirst();
          newest = Math.max(newest, ...times);
          return force(wishes);
        },
      };
    }),
  },

  "recordPreferences() beside save() and recordMoves() of the same people loses no wish": {
    "save() writes as it was before it waited": contacts((sound) => ({
      async save(inputs, options) {
        await othersFirst();
        return anew(sound, inputs, options);
      },
    })),
    "recordMoves() writes the person anew": contacts((sound) => ({
      async recordMoves(moves) {
        const moved = await sound.recordMoves(moves);
        await anew(sound, (await sound.getMany(moved)).map(toInput));
        return moved;
      },
    })),
  },

  "save() keeps alias, wishes and times as long as the address stays, and none of them for another": {
    "save() forgets what was known": contacts((sound) => ({
      save: (inputs, options) => anew(sound, inputs, options),
    })),
    "save() forgets when a wish came": contacts((sound) => {
      const force = forcing(sound);
      let calls = 0;
      return {
        async save(...given) {
          calls += 1;
          return sound.save(...given);
        },
        recordPreferences: (wishes) => (calls < 2 ? sound.recordPreferences(wishes) : force(wishes)),
      };
    }),
    "save() keeps wishes for another address": stickingToPeople("optedOutAt"),
    "save() keeps wishes about marketing for another address": stickingToPeople("marketingOptedOutAt"),
    "save() keeps the alias for another address": stickingToPeople("alias"),
    "save() leaves the alias with the person": contacts((sound) => {
      const users = new Map<string, string>();
      return {
        async recordInbound(inbound) {
          const count = await sound.recordInbound(inbound);
          for (const [alias, userId] of await holders(sound, inbound)) users.set(alias, userId);
          return count;
        },
        async recordPreferences(wishes) {
          const all = await everybody(sound);
          const named = wishes.map((wish) => {
            const user = all.find(({ userId }) => userId === users.get(wish.alias ?? ""));
            return { ...wish, address: wish.address ?? user?.addresses.whatsapp?.address ?? null };
          });
          return sound.recordPreferences(named);
        },
      };
    }),
  },

  "forget() deletes alias and wishes, so that whoever has the address next begins anew": {
    "forget() only deactivates": contacts((sound) => ({
      async forget(userId) {
        const known = await sound.getMany([userId]);
        await sound.save(known.map((contact) => ({ ...toInput(contact), active: false })));
        return true;
      },
    })),
    "forget() leaves the times of wishes": newerThanKnown(({ address, scope }) => `${scope} ${address}`),
  },

  "recordPreferences() takes thousands at once": {
    "recordPreferences() takes a thousand at once": wished((all) => all.slice(0, 1_000)),
  },
};

function wished(wrong: (wishes: Wishes) => Wishes): Mutation {
  return contacts(({ recordPreferences }) => ({
    recordPreferences: (wishes) => recordPreferences(wrong(wishes)),
  }));
}

function counting(count: (wishes: Wishes) => number): Mutation {
  return contacts(({ recordPreferences }) => ({
    async recordPreferences(wishes) {
      await recordPreferences(wishes);
      return count(wishes);
    },
  }));
}

/** Gives every wish a time that is newer than all before it. */
function forcing({ recordPreferences }: Contacts): Contacts["recordPreferences"] {
  let later = 0;
  return (wishes) => {
    later += 1e9;
    return recordPreferences(wishes.map((one) => ({ ...one, at: new Date(one.at.getTime() + later) })));
  };
}

function asNewest(): Mutation {
  return contacts((sound) => ({ recordPreferences: forcing(sound) }));
}

/** Keeps times in a memory of its own. */
function newerThanKnown(
  keyOf: (wish: ContactPreference) => string,
  isNew: (known: Date, at: Date) => boolean = (known, at) => at >= known,
): Mutation {
  return contacts(({ recordPreferences }) => {
    const newest = new Map<string, Date>();
    return {
      recordPreferences(wishes) {
        const fresh = wishes.filter((wish) => {
          const known = newest.get(keyOf(wish));
          return known === undefined || isNew(known, wish.at);
        });
        for (const wish of fresh) newest.set(keyOf(wish), wish.at);
        return recordPreferences(fresh);
      },
    };
  });
}

/** What was seen once of a person is seen for ever. */
export function stickingToPeople(field: "alias" | "optedOutAt" | "marketingOptedOutAt"): Mutation {
  return contacts((sound) => {
    const first = new Map<string, string | Date>();
    return {
      getMany: async (userIds, options) =>
        seen(await sound.getMany(userIds, options), (address, { userId }) => {
          const value = first.get(userId) ?? address[field];
          if (value !== null) first.set(userId, value);
          return { ...address, [field]: value };
        }),
    };
  });
}

/** As if people and addresses were new. */
export async function anew(sound: Contacts, ...[inputs, options]: Parameters<Contacts["save"]>) {
  const result = await sound.save(
    inputs.map((input) => ({ ...input, addresses: {} })),
    options,
  );
  return inputs.length === 0 ? result : sound.save(inputs, options);
}

export function everybody({ list }: Contacts): Promise<Contact[]> {
  return list({ afterUserId: null, limit: 10_000 });
}

export function toInput(contact: Contact) {
  return { ...contact, addresses: plainAddresses(contact) };
}

/** Who has the aliases that were told. */
async function holders(sound: Contacts, inbound: readonly InboundContact[]) {
  const all = await everybody(sound);
  return inbound.flatMap(({ alias }) =>
    all.flatMap(({ userId, addresses }) =>
      alias && addresses.whatsapp?.alias === alias ? [[alias, userId] as const] : [],
    ),
  );
}
