import type { Batch, NewBatch, SkippedRecipient } from "@callboard/core/adapter";
import { damages, folds, mutantsOf } from "./folded-text.js";
import { ignoresTransaction, type Mutants, notifications, Refused } from "./mutant.js";

export const batchMutants: Mutants = {
  "saveBatch() notes a call, and batch() gives it back with its time": {
    "saveBatch() forgets the version": saving(() => ({ templateVersion: 1 })),
    "saveBatch() forgets the groups": saving(() => ({ groupNames: [] })),
    "saveBatch() keeps one group": saving(({ groupNames }) => ({ groupNames: groupNames.slice(0, 1) })),
    "saveBatch() forgets how many were named": saving(() => ({ namedUsers: 0 })),
    "saveBatch() forgets the key": saving(() => ({ idempotencyKey: null })),
    "saveBatch() forgets the cancel key": saving(() => ({ cancelKey: null })),
    "saveBatch() forgets the origin": saving(() => ({ origin: null })),
    "saveBatch() takes jobs for events": saving(({ origin }) => ({
      origin: origin?.type === "job" ? { type: "event", name: origin.name, id: origin.slot } : origin,
    })),
    "batch() gives the time of the first day": reading(() => ({ createdAt: new Date(0) })),
    "batch() finds nothing": notifications(() => ({ batch: async () => null })),
  },

  "saveBatch() of a batch that is there leaves it as it is": {
    "saveBatch() writes over what is there": notifications((sound) => ({
      async saveBatch(batch, options) {
        await sound.discardBatch(batch.id, options ?? {});
        await sound.saveBatch(batch, options);
      },
    })),
    "saveBatch() refuses what is there": refusingKnown(),
    "saveBatch() gives what is there a new time": notifications((sound, { now }) => {
      let last = new Date(0);
      return {
        saveBatch(batch, options) {
          last = now();
          return sound.saveBatch(batch, options);
        },
        async batch(id) {
          const batch = await sound.batch(id);
          return batch && { ...batch, createdAt: last };
        },
      };
    }),
  },

  "saveBatch() of one batch by several callers at once keeps what one of them noted": {
    "saveBatch() refuses what another noted": refusingKnown(),
    "saveBatch() mixes what several callers noted": notifications((sound) => {
      let last = 0;
      return {
        saveBatch(batch, options) {
          last = batch.namedUsers;
          return sound.saveBatch(batch, options);
        },
        async batch(id) {
          const batch = await sound.batch(id);
          return batch && { ...batch, namedUsers: last };
        },
      };
    }),
  },

  "saveBatch() keeps text to the letter, whatever is in it": {
    ...mutantsOf("saveBatch()", damages, (damaged) =>
      saving(({ cancelKey }) => ({ cancelKey: cancelKey && damaged(cancelKey) })),
    ),
    "saveBatch() trims groups": saving(({ groupNames }) => ({
      groupNames: groupNames.map((name) => name.trim()),
    })),
    "saveBatch() trims keys": saving(({ idempotencyKey }) => ({
      idempotencyKey: idempotencyKey?.trim() ?? null,
    })),
    "saveBatch() takes the word null for null": saving(({ cancelKey }) => ({
      cancelKey: cancelKey === "null" ? null : cancelKey,
    })),
    "saveBatch() reads backslashes of origins": saving(({ origin }) => ({
      origin: origin && { ...origin, name: origin.name.replaceAll("\\n", "\n") },
    })),
  },

  "batch() gives null for an id that no batch has to the letter": {
    "batch() makes up what it does not know": notifications((sound) => {
      let known: Batch | null = null;
      return {
        async batch(id) {
          known ??= await sound.batch("batch-of-ada");
          return (await sound.batch(id)) ?? known;
        },
      };
    }),
    "batch() ignores the case": notifications((sound) => ({
      batch: async (id) => (await sound.batch(id)) ?? sound.batch(id.toLowerCase()),
    })),
    "batch() ignores spaces at the end": notifications((sound) => ({
      batch: async (id) => (await sound.batch(id)) ?? sound.batch(id.trimEnd()),
    })),
  },

  "saveSkipped() notes who is not told, and why": {
    "saveSkipped() forgets the reason": skipping(() => ({ reason: "inactive" })),
    "saveSkipped() forgets the hint": skipping(() => ({ hint: "" })),
    "saveSkipped() notes the first person": notifications((sound) => ({
      saveSkipped: (batchId, people, options) => sound.saveSkipped(batchId, people.slice(0, 1), options),
    })),
    "saveSkipped() notes people for every batch": notifications((sound) => {
      const ids: string[] = [];
      return {
        saveBatch(batch, options) {
          ids.push(batch.id);
          return sound.saveBatch(batch, options);
        },
        async saveSkipped(_, people, options) {
          for (const id of ids) await sound.saveSkipped(id, people, options);
        },
      };
    }),
    "skipped() says that everybody was": notifications((sound) => ({
      skipped: async ({ batchId, userId }) =>
        (await sound.skipped({ batchId, userId })) ?? { userId, reason: "inactive", hint: "" },
    })),
  },

  "saveSkipped() of nobody notes nobody": {
    "saveSkipped() takes no empty page": refusingPage((people) => people.length === 0),
  },

  "saveSkipped() leaves whoever is noted already, and notes the others": {
    "saveSkipped() writes over what is there": notifications((sound) => {
      const last = new Map<string, SkippedRecipient>();
      return {
        saveSkipped(batchId, people, options) {
          for (const person of people) last.set(person.userId, person);
          return sound.saveSkipped(batchId, people, options);
        },
        skipped: async ({ userId }) => last.get(userId) ?? null,
      };
    }),
    "saveSkipped() notes nobody of a page of which one is noted": notifications((sound) => ({
      async saveSkipped(batchId, people, options) {
        const known = await Promise.all(people.map(({ userId }) => sound.skipped({ batchId, userId })));
        if (known.every((person) => person === null)) await sound.saveSkipped(batchId, people, options);
      },
    })),
    "saveSkipped() refuses whoever is noted": refusingNoted(),
  },

  "saveSkipped() takes a thousand people at once": {
    "saveSkipped() takes as many as a statement has parameters for": refusingPage(
      (people) => people.length > 500,
    ),
    "saveSkipped() notes the first hundred": notifications((sound) => ({
      saveSkipped: (batchId, people, options) => sound.saveSkipped(batchId, people.slice(0, 100), options),
    })),
  },

  "saveSkipped() by several callers at once keeps what one of them noted of each person": {
    "saveSkipped() refuses whom another noted": refusingNoted(),
  },

  "saveSkipped() tells people apart by case, accents and spaces at either end": {
    ...mutantsOf("saveSkipped()", folds, (folded) => skipping(({ userId }) => ({ userId: folded(userId) }))),
    ...mutantsOf("skipped()", { "ignores the case of a user id": lowerCase }, (folded) =>
      notifications((sound) => ({
        skipped: async ({ batchId, userId }) =>
          (await sound.skipped({ batchId, userId })) ?? sound.skipped({ batchId, userId: folded(userId) }),
      })),
    ),
  },

  "saveSkipped() keeps text to the letter, whatever is in it": {
    ...mutantsOf("saveSkipped()", damages, (damaged) => skipping(({ hint }) => ({ hint: damaged(hint) }))),
    "saveSkipped() keeps hints as long as names": skipping(({ hint }) => ({ hint: hint.slice(0, 255) })),
  },

  "discardBatch() takes back what was noted of one batch, and nothing of another": {
    "discardBatch() leaves the batch": notifications((sound) => {
      const noted: NewBatch[] = [];
      return {
        saveBatch(batch, options) {
          noted.push(batch);
          return sound.saveBatch(batch, options);
        },
        async discardBatch(batchId, options) {
          await sound.discardBatch(batchId, options);
          for (const batch of noted) await sound.saveBatch(batch, options);
        },
      };
    }),
    "discardBatch() leaves whom the batch skipped": notifications((sound) => {
      let people: readonly SkippedRecipient[] = [];
      return {
        saveSkipped(batchId, skipped, options) {
          people = skipped;
          return sound.saveSkipped(batchId, skipped, options);
        },
        async discardBatch(batchId, options) {
          await sound.discardBatch(batchId, options);
          await sound.saveSkipped(batchId, people, options);
        },
      };
    }),
    "discardBatch() takes back every batch": notifications((sound) => {
      const ids: string[] = [];
      return {
        saveBatch(batch, options) {
          ids.push(batch.id);
          return sound.saveBatch(batch, options);
        },
        async discardBatch(_, options) {
          for (const id of ids) await sound.discardBatch(id, options);
        },
      };
    }),
  },

  "a call is noted with a transaction that commits, and not with one that rolls back": {
    "saveBatch() ignores its transaction": ignoresTransaction("notifications", "saveBatch"),
    "saveSkipped() ignores its transaction": ignoresTransaction("notifications", "saveSkipped"),
    "saveBatch() in a transaction notes nothing": notifications((sound) => ({
      saveBatch: async (batch, options) => {
        if (!options?.transaction) await sound.saveBatch(batch, options);
      },
    })),
    "saveSkipped() in a transaction notes nobody": notifications((sound) => ({
      saveSkipped: async (batchId, people, options) => {
        if (!options?.transaction) await sound.saveSkipped(batchId, people, options);
      },
    })),
  },
};

function saving(wrong: (batch: NewBatch) => Partial<NewBatch>) {
  return notifications(({ saveBatch }) => ({
    saveBatch: (batch, options) => saveBatch({ ...batch, ...wrong(batch) }, options),
  }));
}

function reading(wrong: (batch: Batch) => Partial<Batch>) {
  return notifications((sound) => ({
    async batch(id) {
      const batch = await sound.batch(id);
      return batch && { ...batch, ...wrong(batch) };
    },
  }));
}

function skipping(wrong: (person: SkippedRecipient) => Partial<SkippedRecipient>) {
  return notifications(({ saveSkipped }) => ({
    saveSkipped: (batchId, people, options) =>
      saveSkipped(
        batchId,
        people.map((person) => ({ ...person, ...wrong(person) })),
        options,
      ),
  }));
}

function refusingKnown() {
  return notifications((sound) => ({
    async saveBatch(batch, options) {
      if ((await sound.batch(batch.id)) !== null) throw new Refused();
      await sound.saveBatch(batch, options);
      if ((await sound.batch(batch.id))?.namedUsers !== batch.namedUsers) throw new Refused();
    },
  }));
}

function refusingPage(isRefused: (people: readonly SkippedRecipient[]) => boolean) {
  return notifications(({ saveSkipped }) => ({
    saveSkipped: async (batchId, people, options) => {
      if (isRefused(people)) throw new Refused();
      await saveSkipped(batchId, people, options);
    },
  }));
}

/** As a store does whose statement meets what is there. */
function refusingNoted() {
  return notifications((sound) => {
    const noted = new Set<string>();
    return {
      async saveSkipped(batchId, people, options) {
        const keys = people.map(({ userId }) => `${batchId} ${userId}`);
        if (keys.some((key) => noted.has(key))) throw new Refused();
        for (const key of keys) noted.add(key);
        await sound.saveSkipped(batchId, people, options);
      },
    };
  });
}

function lowerCase(text: string): string {
  return text.toLowerCase();
}
