import type { InsertResult, NewNotification } from "@callboard/core/adapter";
import { damages, mutantsOf } from "./folded-text.js";
import {
  ignoresTransaction,
  type Mutants,
  mutantOf,
  notifications,
  othersFirst,
  Refused,
  type Sound,
} from "./mutant.js";
import { everyRow, seen } from "./watched-rows.js";

const hour = 3_600_000;

export const insertingMutants: Mutants = {
  "insertMany() writes every field, and each row as pending and due now": {
    "insertMany() forgets the groups": writing(() => ({ groupNames: [] })),
    "insertMany() forgets the cancel key": writing(() => ({ cancelKey: null })),
    "insertMany() forgets the condition": writing(() => ({ onlyIf: null })),
    "insertMany() forgets the trace": writing(() => ({ traceParent: null })),
    "insertMany() forgets what to do when uncertain": writing(() => ({ onUncertain: "resend" })),
    "insertMany() forgets the buttons": writing(({ content }) => ({ content: { ...content, buttons: [] } })),
    "insertMany() forgets the name of the related contact": writing(() => ({
      relatedContact: { id: "c-7" },
    })),
    "insertMany() reads numbers of metadata as whole": writing(({ metadata }) => ({
      metadata: JSON.parse(JSON.stringify(metadata).replace("2.5", "2")),
    })),
    "insertMany() writes rows that are due later": notifications(({ insertMany }, { now }) => ({
      insertMany: (rows, options) =>
        insertMany(
          rows.map((row) => ({ ...row, notBefore: new Date(now().getTime() + 1) })),
          options,
        ),
    })),
    "insertMany() does not tell what it wrote": notifications(({ insertMany }) => ({
      insertMany: async (...given) => ({ ...(await insertMany(...given)), insertedIds: [] }),
    })),
  },

  "insertMany() keeps times to the millisecond": {
    "insertMany() keeps times to the second": writing(({ notBefore, expiresAt }) => ({
      notBefore: notBefore && new Date(Math.floor(notBefore.getTime() / 1_000) * 1_000),
      expiresAt: expiresAt && new Date(Math.floor(expiresAt.getTime() / 1_000) * 1_000),
    })),
    "insertMany() keeps times of the summer in another time zone": writing(({ notBefore }) => ({
      notBefore: notBefore && new Date(notBefore.getTime() - hour),
    })),
    "insertMany() cuts the milliseconds of an expiry": writing(({ expiresAt }) => ({
      expiresAt: expiresAt && new Date(Math.floor(expiresAt.getTime() / 1_000) * 1_000),
    })),
  },

  "insertMany() of nothing writes nothing": {
    "insertMany() takes no empty batch": refusing((rows) => rows.length === 0),
  },

  "insertMany() takes more rows than a statement has parameters for": {
    "insertMany() takes as many rows as a statement has parameters for": refusing(
      (rows) => rows.length > 1_000,
    ),
    "insertMany() writes only the first thousand": notifications(({ insertMany }) => ({
      insertMany: (rows, options) => insertMany(rows.slice(0, 1_000), options),
    })),
  },

  "insertMany() with a key that was used gives back the row that is there": {
    "insertMany() writes a row whose key was used": notifications(({ insertMany }) => ({
      insertMany: (rows) => insertMany(rows.map((row) => ({ ...row, idempotencyKey: null }))),
    })),
    "insertMany() gives back the row that it was handed": telling((result, rows) => ({
      ...result,
      existing: result.existing.map((row) => ({
        ...row,
        id: rows.find(({ userId }) => userId === row.userId)?.id ?? "",
      })),
    })),
    "insertMany() gives nothing back": telling((result) => ({ ...result, existing: [] })),
    "insertMany() writes nothing of a batch of which one row is there": notifications((sound) => ({
      async insertMany(rows, options) {
        const keys = new Set((await everyRow(sound)).map(({ idempotencyKey }) => idempotencyKey));
        const isThere = rows.some(({ idempotencyKey }) => keys.has(idempotencyKey));
        return sound.insertMany(isThere ? rows.slice(0, 1) : rows, options);
      },
    })),
    "insertMany() gives a key to one person only": notifications((sound) => ({
      async insertMany(rows, options) {
        const used = new Set((await everyRow(sound)).map(({ idempotencyKey }) => idempotencyKey));
        const fresh = rows.filter((row) => !used.has(row.idempotencyKey));
        const { existing } = await sound.insertMany(
          rows.filter((row) => used.has(row.idempotencyKey) && row.userId === "ada"),
          options,
        );
        return { insertedIds: (await sound.insertMany(fresh, options)).insertedIds, existing };
      },
    })),
  },

  "insertMany() with a used key tells the content that is there": {
    "insertMany() tells the content that it was handed": telling((result, rows) => ({
      ...result,
      existing: result.existing.map((row) => ({ ...row, contentHash: rows[0]?.contentHash ?? "" })),
    })),
  },

  "discardBatch() takes back the rows of one batch, keys included, in its transaction": {
    "discardBatch() leaves the rows": notifications(() => ({ discardBatch: async () => {} })),
    "discardBatch() takes the rows of other batches": notifications(({ discardBatch }) => ({
      async discardBatch(batchId, options) {
        await discardBatch(batchId, options);
        await discardBatch("batch-kept", options);
      },
    })),
    "discardBatch() leaves the keys": keepingKeys("discardBatch"),
  },

  "insertMany() from many callers with one key writes one row each person, and tells all of them the truth": {
    "insertMany() looks for keys before it writes": notifications(({ insertMany }) => {
      const byKey = new Map<string, NewNotification>();
      const keyOf = ({ idempotencyKey, userId }: NewNotification) => `${idempotencyKey} ${userId}`;
      return {
        async insertMany(rows) {
          const known = rows.flatMap((row) => byKey.get(keyOf(row)) ?? []);
          const fresh = rows.filter((row) => !byKey.has(keyOf(row)));
          await othersFirst();
          await insertMany(fresh.map((row) => ({ ...row, idempotencyKey: null })));
          for (const row of fresh) byKey.set(keyOf(row), row);
          return {
            insertedIds: fresh.map(({ id }) => id),
            existing: known.map((row) => ({ ...row, status: "pending" })),
          };
        },
      };
    }),
    "insertMany() does not see what was written while it waited": notifications((sound) => ({
      async insertMany(rows) {
        const before = new Set((await everyRow(sound)).map(({ id }) => id));
        const result = await sound.insertMany(rows);
        return { ...result, existing: result.existing.filter(({ id }) => before.has(id)) };
      },
    })),
  },

  "insertMany() without a key never meets a duplicate": {
    "insertMany() takes no key for a key": writing(({ idempotencyKey }) => ({
      idempotencyKey: idempotencyKey ?? "none",
    })),
  },

  "insertMany() keeps text to the letter, whatever is in it": {
    ...mutantsOf("insertMany()", damages, writingText),
    "insertMany() takes the word null for null": writing((row) =>
      row.idempotencyKey === "null" ? { idempotencyKey: null } : {},
    ),
    "insertMany() forgets the groups": writing(() => ({ groupNames: [] })),
    "insertMany() trims cancel keys": writing(({ cancelKey }) => ({ cancelKey: cancelKey?.trim() ?? null })),
    "insertMany() trims conditions": writing(({ onlyIf }) => ({ onlyIf: onlyIf?.trim() ?? null })),
  },

  "insertMany() tells keys apart by case, accents and spaces at either end": {
    "insertMany() folds the case of keys": writingKey((key) => key.toLowerCase()),
    "insertMany() folds the accents of keys": writingKey(withoutAccents),
    "insertMany() composes keys": writingKey((key) => key.normalize("NFC")),
    "insertMany() drops spaces at the end of keys": writingKey((key) => key.trimEnd()),
    "insertMany() drops spaces at the beginning of keys": writingKey((key) => key.trimStart()),
  },

  "insertMany() tells people apart by case, accents and spaces at either end": {
    "insertMany() folds the case of people": writingPerson((id) => id.toLowerCase()),
    "insertMany() folds the accents of people": writingPerson(withoutAccents),
    "insertMany() composes people": writingPerson((id) => id.normalize("NFC")),
    "insertMany() drops spaces at the end of people": writingPerson((id) => id.trimEnd()),
    "insertMany() drops spaces at the beginning of people": writingPerson((id) => id.trimStart()),
    "page() ignores the case of a user id": findingPerson((id) => id.toLowerCase()),
    "page() ignores spaces at the end of a user id": findingPerson((id) => id.trimEnd()),
  },

  "insertMany() keeps ids exact that are numbers too long for JavaScript": {
    "insertMany() reads user ids as numbers": writing(({ userId }) => ({ userId: String(Number(userId)) })),
    "insertMany() reads keys as numbers": writing(({ idempotencyKey }) => ({
      idempotencyKey: String(Number(idempotencyKey)),
    })),
    "insertMany() reads metadata's text as numbers": writing(({ metadata }) => ({
      metadata: { order: Number(metadata?.order) },
    })),
    "insertMany() reads related contacts as numbers": writing(({ relatedContact }) => ({
      relatedContact: { id: String(Number(relatedContact?.id)) },
    })),
  },

  "keys such as __proto__ stay data": {
    "insertMany() copies metadata key by key": notifications((sound) =>
      seen(sound, (row) => {
        const copy: Record<string, unknown> = {};
        for (const [key, value] of Object.entries(row.metadata ?? {})) copy[key] = value;
        return { ...row, metadata: copy as typeof row.metadata };
      }),
    ),
  },
};

export const transactionMutants: Mutants = {
  "transaction() that rejects leaves no row, and rethrows": {
    "transaction() commits in spite of a rejection": (sound) => ({
      async transaction(work) {
        const failures: unknown[] = [];
        const result = await sound.transaction((transaction) =>
          work(transaction).catch((error: unknown) => void failures.push(error)),
        );
        if (failures.length > 0) throw failures[0];
        return result as Awaited<ReturnType<typeof work>>;
      },
    }),
    "transaction() keeps the rejection to itself": (sound) => ({
      transaction: (work) => sound.transaction(work).catch(() => undefined as never),
    }),
    "transaction() rejects with an error of its own": (sound) => ({
      transaction: (work) => sound.transaction(work).catch(() => Promise.reject(new Refused())),
    }),
    "insertMany() ignores its transaction": ignoresTransaction("notifications", "insertMany"),
  },

  "transaction() shows nobody else what it writes before it commits": {
    "transaction() writes at once, and takes it back when it must": (sound) => {
      const written = new Set<string>();
      return {
        notifications: {
          ...sound.notifications,
          async insertMany(rows) {
            for (const { batchId } of rows) written.add(batchId);
            return sound.notifications.insertMany(rows);
          },
        },
        async transaction(work) {
          try {
            return await work(undefined as never);
          } catch (error) {
            for (const batchId of written) await sound.notifications.discardBatch(batchId, {});
            throw error;
          }
        },
      };
    },
  },

  "transaction() that resolves commits all that was written with it": {
    "transaction() rolls back what resolves": (sound) => ({
      async transaction(work) {
        const results: Awaited<ReturnType<typeof work>>[] = [];
        const undone = async (transaction: Parameters<typeof work>[0]) => {
          results.push(await work(transaction));
          throw new Refused();
        };
        await sound.transaction(undone).catch(() => undefined);
        return results[0] as Awaited<ReturnType<typeof work>>;
      },
    }),
    "transaction() forgets the result": (sound) => ({
      transaction: async (work) => void (await sound.transaction(work)) as never,
    }),
    "addMembers() in a transaction adds nobody": mutantOf("groups", ({ addMembers }) => ({
      addMembers: async (name, userIds, options) =>
        options?.transaction ? userIds.length : addMembers(name, userIds, options),
    })),
  },
};

/** Whatever has been written keeps its key when the verb has taken it away. */
export function keepingKeys(verb: "discardBatch" | "purge" | "forget") {
  return notifications((sound) => {
    const written: NewNotification[] = [];
    const kept = new Set<string>();
    const keyOf = ({ idempotencyKey, userId }: NewNotification) => `${idempotencyKey} ${userId}`;
    const call = sound[verb] as (...given: unknown[]) => Promise<never>;
    return {
      async insertMany(rows, options) {
        written.push(...rows);
        return sound.insertMany(
          rows.filter((row) => !kept.has(keyOf(row))),
          options,
        );
      },
      [verb]: (...given: unknown[]) => {
        for (const row of written) if (row.idempotencyKey !== null) kept.add(keyOf(row));
        return call(...given);
      },
    };
  });
}

function writing(wrong: (row: NewNotification) => Partial<NewNotification>) {
  return notifications(({ insertMany }) => ({
    insertMany: (rows, options) =>
      insertMany(
        rows.map((row) => ({ ...row, ...wrong(row) })),
        options,
      ),
  }));
}

function writingText(wrong: (text: string) => string) {
  return writing(({ content }) => ({ content: { ...content, text: wrong(content.text) } }));
}

function writingKey(wrong: (key: string) => string) {
  return writing(({ idempotencyKey }) => ({
    idempotencyKey: idempotencyKey === null ? null : wrong(idempotencyKey),
  }));
}

function writingPerson(wrong: (userId: string) => string) {
  return writing(({ userId }) => ({ userId: wrong(userId) }));
}

function findingPerson(folded: (userId: string) => string) {
  return notifications((sound) => ({
    async page({ userId = "" }) {
      const rows = await everyRow(sound);
      return { notifications: rows.filter((row) => folded(row.userId) === folded(userId)), next: null };
    },
  }));
}

function withoutAccents(text: string): string {
  return text.normalize("NFD").replace(/\p{Mark}/gu, "");
}

function refusing(isRefused: (rows: readonly NewNotification[]) => boolean) {
  return notifications(({ insertMany }) => ({
    insertMany: async (rows, options) => {
      if (isRefused(rows)) throw new Refused();
      return insertMany(rows, options);
    },
  }));
}

function telling(wrong: (result: InsertResult, rows: readonly NewNotification[]) => InsertResult) {
  return notifications(({ insertMany }: Sound["notifications"]) => ({
    insertMany: async (rows, options) => wrong(await insertMany(rows, options), rows),
  }));
}
