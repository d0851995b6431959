import type { InboundContact } from "@callboard/core/adapter";
import { contacts } from "./contacts.js";
import type { Mutants, Mutation } from "./mutant.js";
import { everybody, stickingToPeople } from "./preferences.js";
import { seen } from "./reachability.js";

type Inbound = readonly InboundContact[];

export const aliasMutants: Mutants = {
  "recordInbound() with both notes the alias for the address, and finds the person by either from then on": {
    "recordInbound() notes no alias": heard((all) => all.map((one) => ({ ...one, alias: null }))),
    "recordInbound() changes the case of an alias": heard((all) =>
      all.map((one) => ({ ...one, alias: one.alias?.toLowerCase() ?? null })),
    ),
    "recordInbound() finds nobody by alias": heard((all) => all.filter(({ address }) => address !== null)),
    "recordInbound() finds nobody by address who has an alias": contacts((sound) => ({
      async recordInbound(inbound) {
        const named = (await everybody(sound)).filter(({ addresses }) => addresses.whatsapp?.alias);
        const taken = named.map(({ addresses }) => addresses.whatsapp?.address);
        return sound.recordInbound(inbound.filter(({ address }) => !taken.includes(address ?? "")));
      },
    })),
    "list() gives no alias": contacts(({ list }) => ({
      list: async (request) => seen(await list(request), (address) => ({ ...address, alias: null })),
    })),
  },

  "recordInbound() by an alias that nobody has, or that somebody has on another channel, is nobody's": {
    "recordInbound() ignores the case of an alias": heard((all) =>
      all.map((one) => (one.alias === "US.ada" ? { ...one, alias: "US.Ada" } : one)),
    ),
    "recordInbound() ignores the channel of an alias": heard((all) =>
      all.map((one) => ({ ...one, channel: "whatsapp" })),
    ),
  },

  "recordInbound() with an alias that somebody was saved by is theirs, whatever address comes with it": {
    "recordInbound() looks for no alias among the addresses": contacts((sound) => ({
      async recordInbound(inbound) {
        const addresses = (await everybody(sound)).map(({ addresses: all }) => all.whatsapp?.address);
        return sound.recordInbound(inbound.filter(({ alias = null }) => !addresses.includes(alias ?? "")));
      },
    })),
  },

  "recordInbound() by an alias makes the person reachable again": {
    "recordInbound() by an alias leaves the mark": contacts((sound) => ({
      async recordInbound(inbound) {
        const count = await sound.recordInbound(inbound);
        const mark = { channel: "whatsapp", address: "+1", reason: "Not on WhatsApp." };
        if (inbound.some(({ address }) => address === null)) await sound.markUnreachable([mark]);
        return count;
      },
    })),
  },

  "recordInbound() moves an alias to the address that it came with last": {
    "recordInbound() leaves an alias to whoever had it first": contacts(({ recordInbound }) => {
      const first = new Map<string, string | null>();
      return {
        recordInbound: (inbound) =>
          recordInbound(
            inbound.map(({ alias = null, ...one }) => {
              const owner = first.get(String(alias)) ?? one.address;
              first.set(String(alias), owner);
              return { ...one, alias: owner === one.address ? alias : null };
            }),
          ),
      };
    }),
    "recordInbound() moves an alias whenever it comes": contacts((sound) => ({
      async recordInbound(inbound) {
        const count = await sound.recordInbound(inbound);
        await sound.recordMoves(
          inbound.map(({ at: _, alias = null, ...one }) => ({ ...one, newAddress: null, newAlias: alias })),
        );
        return count;
      },
    })),
    "recordInbound() leaves an alias with both": stickingToPeople("alias"),
    "recordInbound() notes no alias of the time that is known": contacts(({ recordInbound }) => {
      const times = new Map<string, number>();
      return {
        recordInbound(inbound) {
          const fresh = inbound.filter(({ address, at }) => times.get(String(address)) !== at.getTime());
          for (const { address, at } of inbound) {
            const known = times.get(String(address)) ?? 0;
            times.set(String(address), Math.max(known, at.getTime()));
          }
          if (fresh.length > 0) return recordInbound(fresh);
          return Promise.resolve(0);
        },
      };
    }),
  },

  "recordInbound() by 20 racing callers gives an alias to one address": {
    "recordInbound() gives an alias to all who claim it": contacts(({ list }) => ({
      list: async (request) => seen(await list(request), (address) => ({ ...address, alias: "US.1" })),
    })),
    "recordInbound() loses every second caller": contacts(({ recordInbound }) => {
      let calls = 0;
      return {
        async recordInbound(inbound) {
          calls += 1;
          return calls % 2 === 0 ? 0 : recordInbound(inbound);
        },
      };
    }),
  },

  "recordInbound() by 20 racing callers leaves the latest time, and an alias of each person": {
    "recordInbound() takes whoever comes last": contacts(({ recordInbound }) => {
      let later = 0;
      return {
        recordInbound(inbound) {
          later += 1e9;
          return recordInbound(inbound.map((one) => ({ ...one, at: new Date(one.at.getTime() + later) })));
        },
      };
    }),
    "recordInbound() keeps the first alias of an address": heard((all) =>
      all.map((one) => (one.alias === "US.0" ? one : { ...one, alias: null })),
    ),
  },

  "recordInbound() takes thousands at once, and counts a person on two channels once": {
    "recordInbound() takes a thousand at once": heard((all) => all.slice(0, 1_000)),
    "recordInbound() counts addresses": contacts(({ recordInbound }) => ({
      async recordInbound(inbound) {
        await recordInbound(inbound);
        return inbound.length;
      },
    })),
  },
};

function heard(wrong: (inbound: Inbound) => Inbound): Mutation {
  return contacts(({ recordInbound }) => ({ recordInbound: (inbound) => recordInbound(wrong(inbound)) }));
}
