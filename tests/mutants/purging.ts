import type { Attempt, Notification, NotificationStatus } from "@callboard/core/adapter";
import { keepingKeys } from "./inserting.js";
import { ignoresTransaction, type Mutants, notifications } from "./mutant.js";
import { everyRow } from "./watched-rows.js";

const finished = ["sent", "delivered", "read", "failed", "cancelled", "expired"] as const;
const unfinished = ["pending", "sending", "uncertain"] as const;

export const purgingMutants: Mutants = {
  "purge() deletes what has long been finished, with its attempts, and frees its key": {
    "purge() deletes nothing": notifications(() => ({ purge: async () => ({ deleted: 0, next: null }) })),
    "purge() leaves the attempts": notifications((sound) => {
      const left: Attempt[] = [];
      return {
        async purge(request, options) {
          const before = await everyRow(sound);
          left.push(...(await sound.attemptsOf(before.map(({ id }) => id))));
          return sound.purge(request, options);
        },
        attemptsOf: async (ids) => left.filter(({ notificationId }) => ids.includes(notificationId)),
      };
    }),
    "purge() leaves the keys": keepingKeys("purge"),
    "purge() leaves what receipts are matched by": notifications(({ applyReceipts }) => ({
      applyReceipts: async (...given) => ({ ...(await applyReceipts(...given)), parked: 0 }),
    })),
  },

  "purge() deletes each kind of finished notification": Object.fromEntries(
    finished.map((status) => [`purge() spares what is ${status}`, sparing(status)]),
  ),

  "purge() never deletes what is unfinished, however old it is": Object.fromEntries(
    unfinished.map((status) => [
      `purge() deletes what is ${status}`,
      tooEager((row) => row.status === status),
    ]),
  ),

  "purge() keeps what was finished a short while ago, however long ago it was created": {
    "purge() goes by when a notification was created": tooEager(
      (row, before) => isFinished(row) && row.createdAt < before,
    ),
    "purge() ignores receipts": tooEager((row, before) => row.sentAt !== null && row.sentAt < before),
    "purge() spares what was finished long after it was created": notifications((sound) => ({
      async purge(request) {
        const rows = await everyRow(sound);
        const isLate = rows.some(({ failedAt, createdAt }) => failedAt && failedAt > createdAt);
        return isLate ? { deleted: 0, next: null } : sound.purge(request);
      },
    })),
  },

  "purge() looks at nothing that was created a short while ago": {
    "purge() goes by when a notification was sent": tooEager(
      (row, before) => row.sentAt !== null && row.sentAt < before,
    ),
    "purge() goes on behind what it may look at": notifications(({ purge }) => ({
      purge: async (request) => ({ ...(await purge(request)), next: "further" }),
    })),
  },

  "purge() looks at each old notification once in a walk, and passes over those that stay": {
    "purge() begins anew each time": notifications(({ purge }) => ({
      purge: ({ after, ...request }) => purge(request),
    })),
    "purge() ends at a batch that stays": notifications(({ purge }) => ({
      async purge(request) {
        const { deleted, next } = await purge(request);
        return { deleted, next: deleted === 0 ? null : next };
      },
    })),
    "purge() ignores its limit": notifications(({ purge }) => ({
      purge: (request) => purge({ ...request, limit: 1_000 }),
    })),
    "purge() skips a row between batches": notifications((sound) => ({
      async purge(request) {
        const before = await everyRow(sound);
        const { deleted, next } = await sound.purge(request);
        const left = new Set((await everyRow(sound)).map(({ id }) => id));
        const skipped =
          request.after === undefined ? [] : before.filter(({ id }) => !left.has(id)).slice(0, 1);
        await sound.insertMany(skipped);
        return { deleted: deleted - skipped.length, next };
      },
    })),
    "purge() goes on for ever": notifications(({ purge }) => {
      let last = "";
      return {
        async purge(request) {
          const { deleted, next } = await purge(request);
          last = next ?? last;
          return { deleted, next: last };
        },
      };
    }),
  },

  "purge() by several callers at once deletes each row once": {
    "purge() counts what another deletes": notifications((sound) => ({
      async purge(request) {
        const before = (await everyRow(sound)).length;
        const { next } = await sound.purge(request);
        return { deleted: Math.min(before, request.limit), next };
      },
    })),
  },

  "purge() in a transaction that rolls back deletes nothing": {
    "purge() ignores its transaction": ignoresTransaction("notifications", "purge"),
  },

  "purge() in a transaction that commits has deleted batch after batch": {
    "purge() in a transaction deletes only the first batch": notifications(({ purge }) => ({
      purge: async (request, options) => {
        const { deleted, next } = await purge(request, options);
        return { deleted, next: options?.transaction ? null : next };
      },
    })),
    "purge() in a transaction only counts": notifications(({ purge }) => {
      const batches = [2, 2, 1];
      return {
        purge: async (request, options) => {
          if (!options?.transaction) return purge(request);
          return { deleted: batches.shift() ?? 0, next: batches.length > 0 ? "next" : null };
        },
      };
    }),
  },

  "page() goes on behind a notification that was purged meanwhile": {
    "page() ends where its cursor's row is gone": notifications((sound) => {
      const lastOf = new Map<string, string>();
      return {
        async page(request) {
          const last = lastOf.get(request.after ?? "");
          if (last !== undefined && (await sound.getMany([last])).length === 0)
            return { notifications: [], next: null };
          const page = await sound.page(request);
          lastOf.set(page.next ?? "", page.notifications.at(-1)?.id ?? "");
          return page;
        },
      };
    }),
  },
};

/** Deletes more than it may. */
function tooEager(isVictim: (row: Notification, before: Date) => boolean) {
  return notifications((sound, { now }) => ({
    async purge(request, options) {
      const { deleted, next } = await sound.purge(request, options);
      const before = new Date(now().getTime() - request.olderThanMs);
      const victims = (await everyRow(sound)).filter((row) => isVictim(row, before));
      for (const { batchId } of victims) await sound.discardBatch(batchId, {});
      return { deleted: deleted + victims.length, next };
    },
  }));
}

function sparing(status: NotificationStatus) {
  return notifications((sound) => ({
    async purge(request) {
      const spared = (await everyRow(sound)).filter((row) => row.status === status);
      const { deleted, next } = await sound.purge(request);
      await sound.insertMany(spared);
      return { deleted: deleted - spared.length, next };
    },
  }));
}

function isFinished({ status }: Notification): boolean {
  return (finished as readonly string[]).includes(status);
}
