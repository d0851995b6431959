import type { ContactMove } from "@callboard/core/adapter";
import { contacts } from "./contacts.js";
import type { Mutants, Mutation, Sound } from "./mutant.js";
import { anew, everybody, stickingToPeople, toInput } from "./preferences.js";

type Contacts = Sound["contacts"];
type Moves = readonly ContactMove[];

export const moveMutants: Mutants = {
  "recordMoves() gives people new addresses; wishes, times and alias stay, and the mark goes": {
    "recordMoves() moves nobody": contacts(() => ({ recordMoves: async () => ["ada"] })),
    "recordMoves() keeps the mark": afterwards(async ({ getMany, markUnreachable }, moved) => {
      const marks = (await getMany(moved)).map(({ addresses }) => addresses.whatsapp?.address ?? "");
      await markUnreachable(
        marks.map((address) => ({ channel: "whatsapp", address, reason: "Not on WhatsApp." })),
      );
    }),
    "recordMoves() loses what was known": afterwards(async (sound, moved) => {
      await anew(sound, (await sound.getMany(moved)).map(toInput));
    }),
    "recordMoves() forgets when wishes came": contacts((sound) => {
      let later = 0;
      return {
        async recordMoves(moves) {
          later = 1e9;
          return sound.recordMoves(moves);
        },
        recordPreferences: (wishes) =>
          sound.recordPreferences(
            wishes.map((wish) => ({ ...wish, at: new Date(wish.at.getTime() + later) })),
          ),
      };
    }),
    "recordMoves() leaves the former address taken": contacts((sound) => {
      const left = new Set<string | null>();
      return {
        async recordMoves(moves) {
          for (const { address } of moves) left.add(address);
          return sound.recordMoves(moves);
        },
        async save(inputs, options) {
          const wanted = inputs.flatMap(({ addresses }) => Object.values(addresses));
          const taken = wanted.filter((address) => left.has(address));
          if (taken.length === 0) return sound.save(inputs, options);
          return { taken: taken.map((address) => ({ channel: "whatsapp", address, byUserId: "ada" })) };
        },
      };
    }),
    "recordMoves() names people whom it does not know": contacts(({ recordMoves }) => ({
      async recordMoves(moves) {
        const moved = await recordMoves(moves);
        return [...moved, ...moves.slice(moved.length).map(() => "")];
      },
    })),
  },

  "recordMoves() leaves alone an address that another person has": {
    "recordMoves() takes an address from whoever has it": contacts((sound) => ({
      async recordMoves(moves) {
        const wanted = moves.map(({ newAddress }) => newAddress);
        const owners = (await everybody(sound)).filter(({ addresses }) =>
          wanted.includes(addresses.whatsapp?.address ?? ""),
        );
        await sound.save(owners.map((owner) => ({ ...owner, addresses: {} })));
        return sound.recordMoves(moves);
      },
    })),
    "recordMoves() gives the alias of a move that it leaves alone": contacts((sound) => ({
      async recordMoves(moves) {
        const moved = await sound.recordMoves(moves);
        if (moved.length === 0) await sound.recordMoves(moves.map((one) => ({ ...one, newAddress: null })));
        return moved;
      },
    })),
    "recordMoves() names whom it left alone": named(() => ["ada"]),
  },

  "recordMoves() gives a new alias, which whoever had it loses, and names nobody whose address stays": {
    "recordMoves() gives no alias": moving((all) => all.map((one) => ({ ...one, newAlias: null }))),
    "recordMoves() leaves an alias with both": stickingToPeople("alias"),
    "recordMoves() names whom it gave an alias": named((all) =>
      all.flatMap(({ newAlias }) => (newAlias === null ? [] : ["ada"])),
    ),
    "recordMoves() finds nobody by alias": moving((all) => all.filter(({ address }) => address !== null)),
    "recordMoves() takes the mark away with an alias": contacts((sound) => ({
      async recordMoves(moves) {
        const moved = await sound.recordMoves(moves);
        if (moved.length > 0) return moved;
        const step = { channel: "whatsapp", newAlias: null };
        await sound.recordMoves([
          { ...step, address: "+1", newAddress: "+tmp" },
          { ...step, address: "+tmp", newAddress: "+1" },
        ]);
        return moved;
      },
    })),
  },

  "recordMoves() gives whoever was saved by an alias the new one as their address": {
    "recordMoves() leaves people under the alias that they had": contacts((sound) => ({
      async recordMoves(moves) {
        const saved = (await everybody(sound)).map(({ addresses }) => addresses.whatsapp?.address);
        const others = moves.filter(({ alias = null }) => !saved.includes(alias ?? ""));
        return sound.recordMoves(others);
      },
    })),
  },

  "recordMoves() takes the moves of one call one after the other": {
    "recordMoves() begins with the last": moving((all) => all.toReversed()),
    "recordMoves() takes each as if it were the only one": contacts((sound) => ({
      async recordMoves(moves) {
        const known = (await everybody(sound)).flatMap(({ addresses }) => addresses.whatsapp ?? []);
        return sound.recordMoves(
          moves.filter(({ address, alias }) =>
            known.some((one) => one.address === address || (alias && one.alias === alias)),
          ),
        );
      },
    })),
    "recordMoves() names people as often as they moved": contacts(({ recordMoves }) => ({
      async recordMoves(moves) {
        const moved: string[] = [];
        for (const move of moves) moved.push(...(await recordMoves([move])));
        return moved;
      },
    })),
  },

  "recordMoves() gives an address to one of 20 racing callers": {
    "recordMoves() tells all callers that they got the address": named((all) =>
      all.map(({ address }) => `user-${address?.slice(1)}`),
    ),
    "recordMoves() gives the address to nobody": contacts(() => ({ recordMoves: async () => [] })),
  },

  "recordMoves() takes thousands at once": {
    "recordMoves() takes a thousand at once": moving((all) => all.slice(0, 1_000)),
  },
};

function moving(wrong: (moves: Moves) => Moves): Mutation {
  return contacts(({ recordMoves }) => ({ recordMoves: (moves) => recordMoves(wrong(moves)) }));
}

function named(names: (moves: Moves) => string[]): Mutation {
  return contacts(({ recordMoves }) => ({
    async recordMoves(moves) {
      await recordMoves(moves);
      return names(moves);
    },
  }));
}

function afterwards(spoil: (sound: Contacts, moved: readonly string[]) => Promise<void>): Mutation {
  return contacts((sound) => ({
    async recordMoves(moves) {
      const moved = await sound.recordMoves(moves);
      await spoil(sound, moved);
      return moved;
    },
  }));
}
