import type { NewBatch, SkippedRecipient } from "@callboard/core/adapter";
import { ignoresTransaction, type Mutants, notifications, othersFirst } from "./mutant.js";
import { everyRow } from "./watched-rows.js";

export const purgedStoryMutants: Mutants = {
  "purge() deletes the receipts and interventions of what it deletes, and no others": {
    "purge() leaves the receipts": leaving("receiptsOf"),
    "purge() leaves the interventions": leaving("interventionsOf"),
    "purge() deletes all receipts": deletingAll("receiptsOf"),
    "purge() deletes all interventions": deletingAll("interventionsOf"),
  },

  "purge() deletes batches that have no notification any more, with whom they skipped": {
    "purge() leaves batches": sparing(() => true),
    "purge() leaves batches that had no notification": sparing(({ everTold }) => !everTold),
    "purge() leaves batches that had notifications": sparing(({ everTold }) => everTold),
    "purge() leaves whom a batch skipped": notifications((sound) => {
      const noted: [string, readonly SkippedRecipient[]][] = [];
      return {
        saveSkipped(batchId, people, options) {
          noted.push([batchId, people]);
          return sound.saveSkipped(batchId, people, options);
        },
        async purge(request, options) {
          const result = await sound.purge(request, options);
          for (const [batchId, people] of noted) await sound.saveSkipped(batchId, people);
          return result;
        },
      };
    }),
    "purge() deletes batches that have notifications": notifications((sound) => {
      const ids: string[] = [];
      return {
        saveBatch(batch, options) {
          ids.push(batch.id);
          return sound.saveBatch(batch, options);
        },
        async purge(request, options) {
          const result = await sound.purge(request, options);
          for (const id of ids) await sound.discardBatch(id, {});
          return result;
        },
      };
    }),
    "purge() counts batches": notifications((sound) => ({
      async purge(request, options) {
        const { deleted, next } = await sound.purge(request, options);
        return { deleted: deleted + 2, next };
      },
    })),
  },

  "purge() keeps a batch that was noted a short while ago, whatever became of it": {
    "purge() ignores when a batch was noted": notifications(({ purge }, { shiftedBy }) => ({
      purge: (request, options) => shiftedBy(60_000, () => purge(request, options)),
    })),
    "purge() leaves batches where there is no notification": notifications((sound) => ({
      purge: async (request, options) =>
        (await everyRow(sound)).length === 0 ? { deleted: 0, next: null } : sound.purge(request, options),
    })),
  },

  "purge() deletes no more batches than its limit": {
    "purge() ignores its limit": notifications(({ purge }) => ({
      purge: (request, options) => purge({ ...request, limit: 1_000 }, options),
    })),
    "purge() deletes one batch at a time": notifications(({ purge }) => ({
      purge: (request, options) => purge({ ...request, limit: 1 }, options),
    })),
  },

  "purge() walks on until no old batch is left that has no notification": {
    "purge() ends when notifications do": notifications((sound) => ({
      async purge(request, options) {
        const { deleted, next } = await sound.purge(request, options);
        return { deleted, next: deleted === 0 ? null : next };
      },
    })),
    "purge() goes on for ever": notifications(({ purge }) => {
      let last = "";
      return {
        async purge(request, options) {
          const { deleted, next } = await purge(request, options);
          last = next ?? last;
          return { deleted, next: last };
        },
      };
    }),
    "purge() walks past batches": notifications((sound) => {
      let calls = 0;
      const noted: NewBatch[] = [];
      return {
        saveBatch(batch, options) {
          noted.push(batch);
          return sound.saveBatch(batch, options);
        },
        async purge(request, options) {
          const result = await sound.purge(request, options);
          calls += 1;
          if (calls === 1) for (const batch of noted) await sound.saveBatch(batch);
          return calls === 1 ? result : { ...result, next: null };
        },
      };
    }),
  },

  "purge() in a transaction that rolls back leaves the stories and the batches": {
    "purge() ignores its transaction": ignoresTransaction("notifications", "purge"),
    "purge() in a transaction only counts": notifications(({ purge }) => ({
      purge: async (request, options) =>
        options?.transaction ? { deleted: 0, next: null } : purge(request, options),
    })),
  },

  "purge() while notifications are replayed deletes none of those, whoever comes first": {
    "purge() looks before it deletes": notifications((sound) => ({
      async purge(request) {
        const over = (await everyRow(sound)).filter(({ status }) => status === "failed");
        await othersFirst();
        for (const { batchId } of over) await sound.discardBatch(batchId, {});
        return { deleted: over.length, next: request.after ?? null };
      },
    })),
  },
};

/** What was told before a purge is told after it, too. */
function leaving(verb: "receiptsOf" | "interventionsOf") {
  return notifications((sound) => {
    const left: { readonly notificationId: string }[] = [];
    return {
      async purge(request, options) {
        const ids = (await everyRow(sound)).map(({ id }) => id);
        left.push(...(await sound[verb](ids)));
        return sound.purge(request, options);
      },
      [verb]: async (ids: readonly string[]) =>
        left.filter(({ notificationId }) => ids.includes(notificationId)),
    };
  });
}

function deletingAll(verb: "receiptsOf" | "interventionsOf") {
  return notifications((sound) => {
    let isPurged = false;
    return {
      purge(request, options) {
        isPurged = true;
        return sound.purge(request, options);
      },
      [verb]: async (ids: readonly string[]) => (isPurged ? [] : sound[verb](ids)),
    };
  });
}

/** Some batches are there again when they have been purged. */
function sparing(isSpared: (batch: { readonly everTold: boolean }) => boolean) {
  return notifications((sound) => {
    const noted: NewBatch[] = [];
    const told = new Set<string>();
    return {
      insertMany(rows, options) {
        for (const { batchId } of rows) told.add(batchId);
        return sound.insertMany(rows, options);
      },
      saveBatch(batch, options) {
        noted.push(batch);
        return sound.saveBatch(batch, options);
      },
      async purge(request, options) {
        const result = await sound.purge(request, options);
        for (const batch of noted) {
          if (isSpared({ everTold: told.has(batch.id) })) await sound.saveBatch(batch);
        }
        return result;
      },
    };
  });
}
