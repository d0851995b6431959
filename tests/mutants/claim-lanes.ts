import type { ClaimRequest, Notification } from "@callboard/core/adapter";
import { type Mutants, notifications } from "./mutant.js";

const all = ["high", "normal", "low"] as const;

export const claimLaneMutants: Mutants = {
  "claim() looks through priorities in the order given, and leaves those that are missing": {
    "claim() has an order of its own": asking((request) => ({
      ...request,
      priorities: all.filter((priority) => request.priorities.includes(priority)),
    })),
    "claim() looks through all priorities": asking(({ priorities, ...request }) => ({
      ...request,
      priorities: [...new Set([...priorities, ...all])],
    })),
    "claim() looks through the first priority": asking(({ priorities, ...request }) => ({
      ...request,
      priorities: priorities.slice(0, 1),
    })),
  },

  "claim() of several priorities gives the rows in their order": {
    "claim() has no order": answering((claimed) => claimed.toReversed()),
    "claim() gives the rows as they fell due": answering((claimed) =>
      claimed.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime()),
    ),
    "claim() gives the rows of a priority in no order": answering((claimed) =>
      claimed.toSorted(
        (a, b) =>
          Number(a.priority !== "normal") - Number(b.priority !== "normal") ||
          Number(a.priority === "low") - Number(b.priority === "low") ||
          b.createdAt.getTime() - a.createdAt.getTime(),
      ),
    ),
  },

  "claim() with no priority gives nothing": {
    "claim() takes no priority for all": asking(({ priorities, ...request }) => ({
      ...request,
      priorities: priorities.length === 0 ? all : priorities,
    })),
  },

  "claim() with a template takes its rows alone, up to the limit": {
    "claim() ignores the template": asking(({ template, ...request }) => request),
    "claim() filters what it has claimed": notifications(({ claim }) => ({
      async claim({ template, ...request }) {
        const claimed = await claim(request);
        return template === undefined ? claimed : claimed.filter((row) => row.template === template);
      },
    })),
    "claim() with a template ignores the channel": asking((request) =>
      request.template === undefined ? request : { ...request, channels: ["whatsapp", "email"] },
    ),
    "claim() with a template ignores its limit": asking((request) =>
      request.template === undefined ? request : { ...request, limit: 1_000 },
    ),
  },

  "claim() with a template that is paused gives nothing": {
    "claim() with a template ignores that it is paused": asking((request) => ({
      ...request,
      pausedTemplates: [],
    })),
  },

  "claim() by callers with other priorities and templates gives each row to one of them": {
    "claim() gives a row that somebody has": notifications(({ claim }) => {
      let last: Notification[] = [];
      return {
        async claim(request) {
          const claimed = await claim(request);
          const twice = [...claimed, ...last.slice(0, 1)];
          last = claimed;
          return twice;
        },
      };
    }),
    "claim() with a template loses a row": notifications(({ claim }) => ({
      async claim(request) {
        const claimed = await claim(request);
        return request.template === undefined ? claimed : claimed.slice(1);
      },
    })),
  },
};

function asking(wrong: (request: ClaimRequest) => ClaimRequest) {
  return notifications(({ claim }) => ({ claim: (request) => claim(wrong(request)) }));
}

function answering(wrong: (claimed: readonly Notification[]) => Notification[]) {
  return notifications(({ claim }) => ({ claim: async (request) => wrong(await claim(request)) }));
}
