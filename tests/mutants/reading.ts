import type { Notification, NotificationCount, PageRequest } from "@callboard/core/adapter";
import { folds, like, mutantsOf } from "./folded-text.js";
import { type Mutants, notifications, type Sound } from "./mutant.js";

type Filter = Exclude<keyof PageRequest, "limit" | "after">;

const filters = [
  "status",
  "userId",
  "groupName",
  "template",
  "channel",
  "relatedContactId",
  "from",
  "until",
] as const;

export const readingMutants: Mutants = {
  "page() walks through everything once, newest first": {
    "page() begins with the oldest": notifications(({ page }) => ({
      page: async (request) => {
        const { notifications: rows, next } = await page(request);
        return { notifications: rows.toReversed(), next };
      },
    })),
    "page() loses a row between pages": notifications(({ page }) => ({
      page: async (request) => {
        const { notifications: rows, next } = await page({ ...request, limit: request.limit + 1 });
        return { notifications: rows.slice(0, request.limit), next };
      },
    })),
    "page() gives a row twice": notifications(({ page }) => {
      let last: Notification[] = [];
      return {
        async page(request) {
          const { notifications: rows, next } = await page(request);
          const twice = [...last, ...rows].slice(0, request.limit);
          last = rows.slice(-1);
          return { notifications: twice, next };
        },
      };
    }),
    "page() ignores its limit": notifications(({ page }) => ({
      page: (request) => page({ ...request, limit: 1_000 }),
    })),
    "page() ends after the first page": notifications(({ page }) => ({
      page: async (request) => ({ ...(await page(request)), next: null }),
    })),
    "page() never ends": notifications(({ page }) => {
      let last = "";
      return {
        async page(request) {
          const { notifications: rows, next } = await page(request);
          last = next ?? last;
          return { notifications: rows, next: last };
        },
      };
    }),
  },

  "page() with one filter gives all that fit it, and nothing else": Object.fromEntries(
    filters.map((filter) => [`page() ignores ${filter}`, without(filter)]),
  ),

  "page() with several filters gives what fits every one of them": {
    ...Object.fromEntries(
      filters.map((filter) => [
        `page() ignores ${filter} beside other filters`,
        notifications(({ page }) => ({
          page: (request) =>
            page(Object.keys(request).length > 2 ? { ...request, [filter]: undefined } : request),
        })),
      ]),
    ),
  },

  "page() by batch gives the rows of one call": {
    "page() ignores batchId": without("batchId"),
    "page() ignores userId beside a batch": notifications(({ page }) => ({
      page: ({ userId, ...request }) => page(request),
    })),
  },

  "page() by person and key gives what was queued under it, to the letter": {
    "page() ignores the key": without("idempotencyKey"),
    "page() ignores the person beside a key": notifications(({ page }) => ({
      page: ({ userId, ...request }) => page(request),
    })),
    ...mutantsOf("page() by key", folds, (folded) =>
      findingKey((key, wanted) => folded(key) === folded(wanted)),
    ),
    "page() takes a key for a pattern": findingKey((key, wanted) => like(wanted).test(key)),
    "page() by key gives one notification": notifications(({ page }) => ({
      page: async (request) => {
        const { notifications: rows, next } = await page(request);
        return request.idempotencyKey === undefined
          ? { notifications: rows, next }
          : { notifications: rows.slice(0, 1), next: null };
      },
    })),
  },

  "page() takes the name of a group and the id of a related contact to the letter": {
    "page() ignores the case of a group": findingGroup(
      (name, wanted) => name.toLowerCase() === wanted.toLowerCase(),
    ),
    "page() takes a group's name for a pattern": findingGroup((name, wanted) => like(wanted).test(name)),
    "page() looks for a group's name within others": findingGroup((name, wanted) => name.includes(wanted)),
    "page() looks for a group's name within the list of them": notifications((sound) => ({
      async page({ groupName, ...request }) {
        const fits = ({ groupNames }: Notification) => JSON.stringify(groupNames).includes(`"${groupName}"`);
        const { notifications: rows, next } = await sound.page(request);
        return { notifications: groupName === undefined ? rows : rows.filter(fits), next };
      },
    })),
    "page() ignores the case of a related contact": notifications((sound) => ({
      async page({ relatedContactId, ...request }) {
        const { notifications: rows, next } = await sound.page(request);
        const wanted = relatedContactId?.toLowerCase();
        const fits = ({ relatedContact }: Notification) => relatedContact?.id.toLowerCase() === wanted;
        return { notifications: wanted === undefined ? rows : rows.filter(fits), next };
      },
    })),
  },

  "page() walks through what fits its filters, however much lies between": {
    "page() with a template filters what it has cut": filteringLate("template"),
    "page() with a group filters what it has cut": filteringLate("groupName"),
    "page() with a related contact filters what it has cut": filteringLate("relatedContactId"),
  },

  "page() from a time takes what was created at it, and until a time does not": {
    "page() leaves out what was created at its beginning": moving("page", "from"),
    "page() takes what was created at its end": moving("page", "until"),
  },

  "count() puts together what shares a status, template, channel and failure": {
    ...Object.fromEntries(
      (["status", "template", "channel", "failureClass", "providerCode"] as const).map((dimension) => [
        `count() ignores ${dimension}`,
        notifications(({ count }) => ({
          count: async (period) => merged(await count(period), dimension),
        })),
      ]),
    ),
    "count() counts no failure without a code": notifications(({ count }) => ({
      count: async (period) =>
        (await count(period)).filter((line) => line.failureClass === null || line.providerCode !== null),
    })),
    "count() gives a line for each notification": notifications(({ count }) => ({
      count: async (period) =>
        (await count(period)).flatMap((line) =>
          Array.from({ length: line.count }, () => ({ ...line, count: 1 })),
        ),
    })),
  },

  "count() from a time takes what was created at it, and until a time does not": {
    "count() leaves out what was created at its beginning": moving("count", "from"),
    "count() takes what was created at its end": moving("count", "until"),
    "count() ignores its beginning": notifications(({ count }) => ({
      count: ({ from, ...period }) => count({ ...period, from: new Date(0) }),
    })),
    "count() ignores its end": notifications(({ count }) => ({
      count: ({ from }) => count({ from }),
    })),
  },
};

function without(filter: Filter) {
  return notifications(({ page }) => ({
    page: (request) => page({ ...request, [filter]: undefined }),
  }));
}

function findingGroup(fits: (name: string, wanted: string) => boolean) {
  return notifications((sound: Sound["notifications"]) => ({
    async page({ groupName, ...request }) {
      const { notifications: rows, next } = await sound.page(request);
      if (groupName === undefined) return { notifications: rows, next };
      return {
        notifications: rows.filter(({ groupNames }) => groupNames.some((name) => fits(name, groupName))),
        next,
      };
    },
  }));
}

function findingKey(fits: (key: string, wanted: string) => boolean) {
  return notifications((sound) => ({
    async page({ idempotencyKey, ...request }) {
      const { notifications: rows, next } = await sound.page(request);
      if (idempotencyKey === undefined) return { notifications: rows, next };
      return {
        notifications: rows.filter(
          (row) => row.idempotencyKey !== null && fits(row.idempotencyKey, idempotencyKey),
        ),
        next,
      };
    },
  }));
}

function filteringLate(filter: "template" | "groupName" | "relatedContactId") {
  return notifications((sound) => ({
    async page(request) {
      const fitting = await sound.page({ limit: 1_000, [filter]: request[filter] });
      const ids = new Set(fitting.notifications.map(({ id }) => id));
      const { notifications: rows, next } = await sound.page({ ...request, [filter]: undefined });
      return { notifications: rows.filter(({ id }) => ids.has(id)), next };
    },
  }));
}

/** One end of a period, by a millisecond. */
function moving(verb: "page" | "count", end: "from" | "until") {
  return notifications((sound) => {
    const call = sound[verb] as (request: object) => Promise<never>;
    return {
      [verb]: (request: { readonly from?: Date; readonly until?: Date }) => {
        const at = request[end];
        return call({ ...request, ...(at && { [end]: new Date(at.getTime() + 1) }) });
      },
    };
  });
}

function merged(
  lines: readonly NotificationCount[],
  dimension: keyof NotificationCount,
): NotificationCount[] {
  const sums = new Map<string, NotificationCount>();
  for (const line of lines) {
    const key = JSON.stringify({ ...line, [dimension]: null, count: 0 });
    const first = sums.get(key);
    sums.set(key, { ...(first ?? line), count: (first?.count ?? 0) + line.count });
  }
  return [...sums.values()];
}
