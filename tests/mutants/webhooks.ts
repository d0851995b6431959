import type { KeptWebhook } from "@callboard/core/adapter";
import { damages, mutantsOf } from "./folded-text.js";
import { type Mutants, type Mutation, mutantOf, othersFirst, type Sound } from "./mutant.js";

type Webhooks = Sound["webhooks"];

export const webhookMutants: Mutants = {
  "keep() keeps a body once, however often and at whatever time it comes, until it is finished": {
    "keep() hands out a body again that comes again": webhooks((sound) => ({
      async keep(webhook) {
        await sound.finish([webhook]);
        return sound.keep(webhook);
      },
    })),
    "keep() keeps a body as often as it comes": webhooks((sound) => {
      let copies = 0;
      return {
        async keep(webhook) {
          copies += 1;
          return sound.keep({ ...webhook, hash: `${webhook.hash} ${copies}` });
        },
      };
    }),
    "keep() keeps no body that was finished": webhooks((sound) => {
      const finished = new Set<string>();
      return {
        async finish(bodies) {
          for (const { hash } of bodies) finished.add(hash);
          return sound.finish(bodies);
        },
        keep: async (webhook) => (finished.has(webhook.hash) ? undefined : sound.keep(webhook)),
      };
    }),
    "finish() deletes nothing": webhooks(() => ({ finish: async () => undefined })),
  },

  "keep() keeps bodies of three megabytes, to the letter, whatever is in them": {
    ...mutantsOf("keep()", damages, (damage) => kept((webhook) => ({ body: damage(webhook.body) }))),
    "keep() cuts bodies at a megabyte": kept(({ body }) => ({ body: body.slice(0, 1_048_576) })),
    "keep() reads bodies": kept(({ body }) => ({ body: body.replaceAll("\\u00e9", "\u00e9") })),
  },

  "claim() hands out bodies in the order in which they came, up to its limit": {
    "claim() of bodies begins with the newest": webhooks(({ claim }) => ({
      async claim({ limit, ...request }) {
        const all = await claim({ ...request, limit: 1_000 });
        return all.toReversed().slice(0, limit);
      },
    })),
    "claim() of bodies ignores its limit": webhooks(({ claim }) => ({
      claim: (request) => claim({ ...request, limit: 1_000 }),
    })),
    "claim() of bodies goes by the hash": claimed((all) =>
      all.toSorted((a, b) => (a.hash < b.hash ? -1 : 1)),
    ),
  },

  "claim() gives each body to one of 20 racing callers, and leaves none": {
    "claim() of bodies reads before it waits for the others": webhooks((sound) => {
      const known: KeptWebhook[] = [];
      return {
        async keep(webhook) {
          known.push(webhook);
          return sound.keep(webhook);
        },
        async claim(request) {
          const found = known.slice(0, request.limit);
          await othersFirst();
          await sound.claim(request);
          return found;
        },
      };
    }),
    "claim() of bodies gives one up that it gave to a racing caller": webhooks(({ claim }) => {
      let calls = 0;
      return {
        async claim(request) {
          calls += 1;
          const found = await claim(request);
          return calls % 2 === 0 ? found.slice(1) : found;
        },
      };
    }),
  },

  "claim() gives a body to nobody else for as long as it is leased": {
    "claim() of bodies holds them a millisecond too short": leasing((leaseMs) => leaseMs - 1),
    "claim() of bodies holds them a millisecond too long": leasing((leaseMs) => leaseMs + 1),
    "claim() of bodies holds them for ever": leasing(() => 1e12),
  },

  "claim() of one hash hands out that body alone, and to one of 20 racing callers": {
    "claim() of one hash hands out what is oldest": webhooks(({ claim }) => ({
      claim: ({ hash: _, ...request }) => claim(request),
    })),
    "claim() of one hash holds all": webhooks(({ claim }) => ({
      async claim({ hash, ...request }) {
        const all = await claim(request);
        return all.filter((one) => hash === undefined || one.hash === hash);
      },
    })),
    "claim() of one hash gives it to everybody": webhooks((sound) => {
      let known: KeptWebhook[] = [];
      return {
        async claim(request) {
          const found = await sound.claim(request);
          if (request.hash === undefined) return found;
          known = found.length > 0 ? found : known;
          return known;
        },
      };
    }),
  },

  "finish() deletes these bodies, and those of the same hash on other channels stay": {
    "finish() ignores the channel": webhooks(({ finish }) => ({
      finish: (bodies) => finish(bodies.flatMap((one) => [one, { ...one, channel: "sms" }])),
    })),
    "finish() deletes the first one alone": webhooks(({ finish }) => ({
      finish: (bodies) => finish(bodies.slice(0, 1)),
    })),
    "finish() deletes all": webhooks((sound) => ({
      async finish(bodies) {
        const all = [1, 2, 3].map((index) => String(index).padStart(64, "0"));
        await sound.finish(all.map((hash) => ({ channel: "whatsapp", hash })));
        return sound.finish(bodies);
      },
    })),
    "keep() takes the same hash on two channels for one": webhooks(({ keep }) => {
      const hashes = new Set<string>();
      return {
        async keep(webhook) {
          if (hashes.has(webhook.hash)) return;
          hashes.add(webhook.hash);
          return keep(webhook);
        },
      };
    }),
  },
};

export function webhooks(mutate: (sound: Webhooks) => Partial<Webhooks>): Mutation {
  return mutantOf("webhooks", mutate);
}

function kept(wrong: (webhook: KeptWebhook) => Partial<KeptWebhook>): Mutation {
  return webhooks(({ keep }) => ({ keep: (webhook) => keep({ ...webhook, ...wrong(webhook) }) }));
}

function claimed(wrong: (all: KeptWebhook[]) => KeptWebhook[]): Mutation {
  return webhooks(({ claim }) => ({ claim: async (request) => wrong(await claim(request)) }));
}

function leasing(wrong: (leaseMs: number) => number): Mutation {
  return webhooks(({ claim }) => ({
    claim: (request) => claim({ ...request, leaseMs: wrong(request.leaseMs) }),
  }));
}
