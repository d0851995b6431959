import type { Intervention, KeptReceipt, SkippedRecipient } from "@callboard/core/adapter";
import { keepingAll } from "./interventions.js";
import { type Mutants, notifications, othersFirst } from "./mutant.js";
import { everyRow, seen } from "./watched-rows.js";

export const forgottenStoryMutants: Mutants = {
  "forget() keeps receipts without the provider's words, and interventions without their reasons": {
    "forget() leaves the provider's words": receiptsAfter((_, before) => before),
    "forget() deletes receipts": receiptsAfter(() => []),
    "forget() takes the provider's code": receiptsAfter((kept) =>
      kept.map((one) => ({ ...one, providerCode: null })),
    ),
    "forget() leaves the reasons": interventionsAfter((_, before) => before),
    "forget() deletes interventions": interventionsAfter(() => []),
    "forget() takes who decided": interventionsAfter((kept) => kept.map((one) => ({ ...one, by: null }))),
  },

  "forget() leaves the receipts and interventions of everybody else as they are": {
    "forget() takes the provider's words about everybody": receiptsAfter((kept) =>
      kept.map((one) => ({ ...one, message: null })),
    ),
    "forget() takes the reasons of everything": interventionsAfter((kept) =>
      kept.map((one) => ({ ...one, reason: "" })),
    ),
    "forget() deletes everybody's receipts": receiptsAfter(() => []),
    "forget() deletes every intervention": interventionsAfter(() => []),
  },

  "forget() deletes that batches skipped the person, and nobody else's": {
    "forget() leaves that batches skipped the person": notifications((sound) => {
      const noted: [string, readonly SkippedRecipient[]][] = [];
      return {
        saveSkipped(batchId, people, options) {
          noted.push([batchId, people]);
          return sound.saveSkipped(batchId, people, options);
        },
        async forget(person, options) {
          const count = await sound.forget(person, options);
          for (const [batchId, people] of noted) await sound.saveSkipped(batchId, people);
          return count;
        },
      };
    }),
    "forget() of whom was skipped ignores the case": skippedAfter((id) => id.toLowerCase()),
    "forget() of whom was skipped ignores spaces at the end": skippedAfter((id) => id.trimEnd()),
    "forget() deletes that anybody was skipped": skippedAfter(() => ""),
    "forget() gives what was skipped to the pseudonym": notifications((sound) => {
      const pseudonyms = new Set<string>();
      return {
        forget(person, options) {
          pseudonyms.add(person.pseudonym);
          return sound.forget(person, options);
        },
        async skipped({ batchId, userId }) {
          if (!pseudonyms.has(userId)) return sound.skipped({ batchId, userId });
          return { userId, reason: "inactive", hint: "" };
        },
      };
    }),
    "forget() counts batches that skipped the person": notifications((sound) => ({
      async forget(person, options) {
        const count = await sound.forget(person, options);
        return count === 0 ? 2 : count;
      },
    })),
    "forget() deletes batches that skipped the person": notifications((sound) => {
      const ids: string[] = [];
      return {
        async saveSkipped(batchId, people, options) {
          ids.push(batchId);
          await sound.saveSkipped(batchId, people, options);
        },
        async forget(person, options) {
          const count = await sound.forget(person, options);
          for (const id of ids) await sound.discardBatch(id, {});
          return count;
        },
      };
    }),
  },

  "settle() leaves a notification whose person is forgotten, and keeps no decision about it": {
    "settle() tells that it moved what is forgotten": notifications((sound) => ({
      async settle(moves, options) {
        await sound.settle(moves, options);
        return sound.getMany(moves.map(({ id }) => id));
      },
    })),
    "settle() moves what is forgotten": notifications((sound) => {
      const replayed = new Set<string>();
      return {
        ...seen(sound, (row) => (replayed.has(row.id) ? { ...row, status: "pending" } : row)),
        settle(moves, options) {
          for (const { id, transition } of moves) if (transition.replayed) replayed.add(id);
          return sound.settle(moves, options);
        },
      };
    }),
    "settle() keeps decisions about what is forgotten": keepingAll(),
  },

  "forget() while a notification is replayed leaves nothing of the person, whoever comes first": {
    "settle() keeps the reason after it has moved the notification": notifications((sound) => {
      const reasons = new Map<string, string>();
      return {
        async settle(moves, options) {
          const moved = await sound.settle(moves, options);
          await othersFirst();
          for (const { id, intervention } of moves) if (intervention) reasons.set(id, intervention.reason);
          return moved;
        },
        interventionsOf: async (ids) =>
          (await sound.interventionsOf(ids)).map((one) => ({
            ...one,
            reason: reasons.get(one.notificationId) ?? one.reason,
          })),
      };
    }),
    "forget() leaves what was failed when it looked": notifications((sound) => {
      const left = new Set<string>();
      return {
        ...seen(sound, (row) => (left.has(row.id) ? { ...row, status: "pending" } : row)),
        async forget(person, options) {
          for (const { id, status } of await everyRow(sound)) {
            if (status === "failed" || status === "pending") left.add(id);
          }
          return sound.forget(person, options);
        },
      };
    }),
  },

  "forget() while receipts come in leaves nothing of the person, whoever comes first": {
    "applyReceipts() keeps the provider's words after it has moved the notification": notifications(
      (sound) => {
        const words = new Map<string, string>();
        return {
          async applyReceipts(receipts, reduce) {
            const result = await sound.applyReceipts(receipts, reduce);
            await othersFirst();
            for (const { id } of result.moved) words.set(id, receipts[0]?.failure?.message ?? "");
            return result;
          },
          receiptsOf: async (ids) =>
            (await sound.receiptsOf(ids)).map((one) => ({
              ...one,
              message: words.get(one.notificationId) ?? one.message,
            })),
        };
      },
    ),
  },
};

function receiptsAfter(
  see: (kept: readonly KeptReceipt[], before: readonly KeptReceipt[]) => readonly KeptReceipt[],
) {
  return notifications((sound) => {
    let before: readonly KeptReceipt[] | undefined;
    return {
      async forget(person, options) {
        before = await sound.receiptsOf((await everyRow(sound)).map(({ id }) => id));
        return sound.forget(person, options);
      },
      async receiptsOf(ids) {
        const kept = await sound.receiptsOf(ids);
        const known = before?.filter(({ notificationId }) => ids.includes(notificationId));
        return known ? [...see(kept, known)] : kept;
      },
    };
  });
}

function interventionsAfter(
  see: (kept: readonly Intervention[], before: readonly Intervention[]) => readonly Intervention[],
) {
  return notifications((sound) => {
    let before: readonly Intervention[] | undefined;
    return {
      async forget(person, options) {
        before = await sound.interventionsOf((await everyRow(sound)).map(({ id }) => id));
        return sound.forget(person, options);
      },
      async interventionsOf(ids) {
        const kept = await sound.interventionsOf(ids);
        const known = before?.filter(({ notificationId }) => ids.includes(notificationId));
        return known ? [...see(kept, known)] : kept;
      },
    };
  });
}

/** Nobody is known to be skipped whose id is the same once it is folded. */
function skippedAfter(folded: (userId: string) => string) {
  return notifications((sound) => {
    const forgotten = new Set<string>();
    return {
      forget(person, options) {
        forgotten.add(folded(person.userId));
        return sound.forget(person, options);
      },
      skipped: async (request) => (forgotten.has(folded(request.userId)) ? null : sound.skipped(request)),
    };
  });
}
