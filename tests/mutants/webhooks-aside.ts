import type { KeptPiece, UnreadPiece } from "@callboard/core/adapter";
import { damages, mutantsOf } from "./folded-text.js";
import { type Mutants, type Mutation, Refused } from "./mutant.js";
import { webhooks } from "./webhooks.js";

export const webhooksAsideMutants: Mutants = {
  "setAside() keeps pieces, and listAside() gives them newest first, up to its limit": {
    "listAside() begins with the oldest": listed((all) => all.toReversed()),
    "listAside() ignores its limit": webhooks(({ listAside }) => ({
      listAside: () => listAside({ limit: 1_000 }),
    })),
    "setAside() keeps the first piece alone": kept((all) => all.slice(0, 1)),
    "setAside() keeps what comes first of one time on top": kept((all) => all.toReversed()),
    "listAside() gives all pieces one time": listed((all) =>
      all.map((one) => ({ ...one, keptAt: new Date(0) })),
    ),
  },

  "setAside() keeps the same piece once, and tells pieces apart by body, reason, hash and channel": {
    "setAside() keeps a piece as often as it comes": webhooks((sound) => {
      const all: KeptPiece[] = [];
      return {
        async setAside(pieces) {
          all.push(...pieces.map((piece) => ({ ...piece, keptAt: new Date(0) })));
        },
        listAside: async ({ limit }) => all.slice(0, limit),
        forgetAside: sound.forgetAside,
      };
    }),
    "setAside() ignores the channel": oncePer(({ channel: _, ...one }) => one),
    "setAside() ignores the hash": oncePer(({ hash: _, ...one }) => one),
    "setAside() ignores the reason": oncePer(({ reason: _, ...one }) => one),
    "setAside() ignores the body": oncePer(({ body: _, ...one }) => one),
  },

  "setAside() keeps texts to the letter, and also one that was cut in the middle of a character": {
    ...mutantsOf("setAside() in bodies", damages, (damage) =>
      kept((all) => all.map((one) => ({ ...one, body: damage(one.body) }))),
    ),
    ...mutantsOf("setAside() in reasons", damages, (damage) =>
      kept((all) => all.map((one) => ({ ...one, reason: damage(one.reason) }))),
    ),
    "setAside() refuses half a character": webhooks(({ setAside }) => ({
      async setAside(pieces) {
        if (pieces.some(({ body }) => !body.isWellFormed())) throw new Refused("half a character");
        return setAside(pieces);
      },
    })),
  },

  "forgetAside() deletes what was set aside longer ago, and says how many": {
    "forgetAside() deletes everything": forgetting(() => -1e12),
    "forgetAside() deletes nothing": forgetting(() => 1e12),
    "forgetAside() counts in seconds": forgetting((olderThanMs) => olderThanMs * 1_000),
    "forgetAside() says nothing": webhooks(({ forgetAside }) => ({
      async forgetAside(request) {
        await forgetAside(request);
        return 0;
      },
    })),
  },
};

function listed(wrong: (all: KeptPiece[]) => KeptPiece[]): Mutation {
  return webhooks(({ listAside }) => ({ listAside: async (request) => wrong(await listAside(request)) }));
}

function kept(wrong: (pieces: readonly UnreadPiece[]) => readonly UnreadPiece[]): Mutation {
  return webhooks(({ setAside }) => ({ setAside: (pieces) => setAside(wrong(pieces)) }));
}

function oncePer(part: (piece: UnreadPiece) => object): Mutation {
  return webhooks(({ setAside }) => {
    const known = new Set<string>();
    return {
      setAside(pieces) {
        const fresh = pieces.filter((piece) => {
          const key = JSON.stringify(part(piece));
          const isNew = !known.has(key);
          known.add(key);
          return isNew;
        });
        return setAside(fresh);
      },
    };
  });
}

function forgetting(wrong: (olderThanMs: number) => number): Mutation {
  return webhooks(({ forgetAside }) => ({
    forgetAside: ({ olderThanMs }) => forgetAside({ olderThanMs: wrong(olderThanMs) }),
  }));
}
