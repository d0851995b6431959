import type { CancellableRequest, Notification, NotificationStatus } from "@callboard/core/adapter";
import { folds, like, mutantsOf } from "./folded-text.js";
import { blindInTransaction, type Mutants, notifications, Refused } from "./mutant.js";
import { everyRow } from "./watched-rows.js";

const unfinished = ["pending", "sending", "uncertain"] as const;
const finished = ["sent", "delivered", "read", "failed", "cancelled", "expired"] as const;

export const cancellingMutants: Mutants = {
  "findCancellable() finds what is unfinished under a key, and nothing else": {
    ...Object.fromEntries(
      unfinished.map((status) => [
        `findCancellable() misses what is ${status}`,
        finding((found) => found.filter((row) => row.status !== status)),
      ]),
    ),
    ...Object.fromEntries(
      finished.map((status) => [`findCancellable() finds what is ${status}`, findingAlso(status)]),
    ),
    "findCancellable() ignores the key": notifications((sound) => ({
      findCancellable: async () => (await everyRow(sound)).filter(isUnfinished),
    })),
    "findCancellable() ignores the key of the person": notifications((sound) => ({
      async findCancellable(request) {
        const found = await sound.findCancellable(request);
        const people = new Set(found.map(({ userId }) => userId));
        return (await everyRow(sound)).filter((row) => isUnfinished(row) && people.has(row.userId));
      },
    })),
    "findCancellable() tells half of what it finds": finding((found) =>
      found.map((row) => ({ ...row, attemptId: null })),
    ),
  },

  "findCancellable() with conditions finds what fits all of them": {
    "findCancellable() ignores the channel": asking(({ channel, ...request }) => request),
    "findCancellable() ignores the people": asking(({ userIds, ...request }) => request),
    "findCancellable() ignores the batch to leave alone": asking(({ exceptBatchId, ...request }) => request),
    "findCancellable() takes nobody for everybody": asking(({ userIds, ...request }) =>
      userIds?.length === 0 ? request : { ...request, ...(userIds && { userIds }) },
    ),
    "findCancellable() asks for the first person": asking(({ userIds, ...request }) =>
      userIds ? { ...request, userIds: userIds.slice(0, 1) } : request,
    ),
  },

  "findCancellable() walks by id, so many at a time": {
    "findCancellable() has no order": finding((found) => found.toReversed()),
    "findCancellable() ignores its limit": asking((request) => ({ ...request, limit: 1_000 })),
    "findCancellable() begins anew each time": asking(({ afterId, ...request }) => request),
    "findCancellable() gives the last of a page again": notifications((sound) => ({
      async findCancellable({ afterId, limit, ...request }) {
        const all = await sound.findCancellable({ ...request, limit: 1_000 });
        return all.filter(({ id }) => afterId === undefined || id >= afterId).slice(0, limit);
      },
    })),
    "findCancellable() skips a row between pages": notifications((sound) => ({
      async findCancellable({ limit, ...request }) {
        const found = await sound.findCancellable({ ...request, limit: limit + 1 });
        return request.afterId === undefined ? found.slice(0, limit) : found.slice(1);
      },
    })),
    "findCancellable() goes by the alphabet": notifications((sound) => ({
      async findCancellable({ afterId, limit, ...request }) {
        const all = await sound.findCancellable({ ...request, limit: 1_000 });
        const order = (a: string, b: string) => a.localeCompare(b, "en");
        return all
          .filter(({ id }) => afterId === undefined || order(id, afterId) > 0)
          .toSorted((a, b) => order(a.id, b.id))
          .slice(0, limit);
      },
    })),
    "findCancellable() walks batch by batch": finding((found) =>
      found.toSorted((a, b) => Number(a.batchId > b.batchId) - Number(a.batchId < b.batchId)),
    ),
  },

  "findCancellable() takes a thousand people at once": {
    "findCancellable() takes as many people as a statement has parameters for": notifications((sound) => ({
      async findCancellable(request, options) {
        if ((request.userIds?.length ?? 0) > 500) throw new Refused();
        return sound.findCancellable(request, options);
      },
    })),
    "findCancellable() asks for the first hundred": asking(({ userIds, ...request }) =>
      userIds ? { ...request, userIds: userIds.slice(0, 100) } : request,
    ),
  },

  "findCancellable() tells keys and people apart by case, accents and spaces at either end": {
    ...mutantsOf("findCancellable()", folds, (folded) =>
      matching((text, wanted) => folded(text) === folded(wanted)),
    ),
    "findCancellable() takes a key for a pattern": matching((text, wanted) => like(wanted).test(text)),
    ...mutantsOf("findCancellable() of people", folds, (folded) =>
      notifications((sound) => ({
        async findCancellable({ userIds, ...request }) {
          const found = await sound.findCancellable(request);
          const people = userIds?.map(folded);
          return found.filter(({ userId }) => !people || people.includes(folded(userId)));
        },
      })),
    ),
    "findCancellable() takes rows without a key for those under the word null": notifications((sound) => ({
      findCancellable: async (request) => [
        ...(await sound.findCancellable(request)),
        ...(await everyRow(sound)).filter(
          ({ cancelKey }) => cancelKey === null && request.cancelKey === "null",
        ),
      ],
    })),
  },

  "findCancellable() in a transaction sees what it wrote, and what it cancelled": {
    "findCancellable() does not see what its transaction wrote": blindInTransaction(
      "notifications",
      "findCancellable",
    ),
    "findCancellable() finds what its transaction has cancelled": notifications((sound) => {
      let first: Notification[] | undefined;
      return {
        async findCancellable(request, options) {
          first ??= await sound.findCancellable(request, options);
          return first;
        },
      };
    }),
  },
};

function asking(wrong: (request: CancellableRequest) => CancellableRequest) {
  return notifications(({ findCancellable }) => ({
    findCancellable: (request, options) => findCancellable(wrong(request), options),
  }));
}

function finding(wrong: (found: readonly Notification[]) => Notification[]) {
  return notifications(({ findCancellable }) => ({
    findCancellable: async (request, options) => wrong(await findCancellable(request, options)),
  }));
}

function findingAlso(status: NotificationStatus) {
  return notifications((sound) => ({
    findCancellable: async (request) => [
      ...(await sound.findCancellable(request)),
      ...(await everyRow(sound)).filter(
        (row) => row.status === status && row.cancelKey === request.cancelKey,
      ),
    ],
  }));
}

function matching(fits: (text: string, wanted: string) => boolean) {
  return notifications((sound) => ({
    async findCancellable({ cancelKey, userIds }) {
      const rows = (await everyRow(sound)).filter(isUnfinished);
      return rows.filter(
        (row) =>
          row.cancelKey !== null &&
          fits(row.cancelKey, cancelKey) &&
          (userIds === undefined || userIds.includes(row.userId)),
      );
    },
  }));
}

function isUnfinished({ status }: Notification): boolean {
  return (unfinished as readonly string[]).includes(status);
}
