import type { Notification } from "@callboard/core/adapter";
import { type Mutants, type Mutation, notifications } from "./mutant.js";

/** What a worker, a sweep or the rules would miss. */
const losses: Readonly<Record<string, (row: Notification) => Notification>> = {
  "the condition": (row) => ({ ...row, onlyIf: null }),
  "the trace": (row) => ({ ...row, traceParent: null }),
  "the cancel key": (row) => ({ ...row, cancelKey: null }),
  "when it was acknowledged": (row) => ({ ...row, acknowledgedAt: null }),
  "the button": (row) => ({ ...row, acknowledgedWith: null }),
  "the charge": (row) => ({ ...row, charge: null }),
  "the last replay": (row) => ({ ...row, replayedAt: null }),
};

export const wholeNotificationMutants: Mutants = {
  "every verb gives notifications as getMany() does": {
    ...Object.fromEntries(
      Object.entries(losses).map(([what, lose]) => [`settle() does not tell ${what}`, settling(lose)]),
    ),
    "claim() does not tell the condition": notifications(({ claim }) => ({
      claim: async (request) => (await claim(request)).map(withoutCondition),
    })),
    "record() does not tell the condition": notifications(({ record }) => ({
      record: async (results) => (await record(results)).map(withoutCondition),
    })),
    "findCancellable() does not tell the condition": notifications(({ findCancellable }) => ({
      findCancellable: async (...given) => (await findCancellable(...given)).map(withoutCondition),
    })),
    "findOverdue() does not tell the condition": notifications(({ findOverdue }) => ({
      findOverdue: async (request) =>
        (await findOverdue(request)).map((row) => ({
          ...row,
          notification: withoutCondition(row.notification),
        })),
    })),
    "page() does not tell the condition": notifications(({ page }) => ({
      async page(request) {
        const { notifications: rows, next } = await page(request);
        return { notifications: rows.map(withoutCondition), next };
      },
    })),
    "applyReceipts() does not tell the condition": notifications(({ applyReceipts }) => ({
      async applyReceipts(receipts, reduce) {
        const { moved, parked } = await applyReceipts(receipts, reduce);
        return { moved: moved.map(withoutCondition), parked };
      },
    })),
    "applyReceipts() does not tell the rules the condition": notifications(({ applyReceipts }) => ({
      applyReceipts: (receipts, reduce) =>
        applyReceipts(receipts, (notification, receipt) => reduce(withoutCondition(notification), receipt)),
    })),
    "applyParked() does not tell the condition": notifications(({ applyParked }) => ({
      applyParked: async (...given) => (await applyParked(...given)).map(withoutCondition),
    })),
    "applyParked() does not tell the rules the condition": notifications(({ applyParked }) => ({
      applyParked: (request, reduce) =>
        applyParked(request, (notification, receipt) => reduce(withoutCondition(notification), receipt)),
    })),
  },
};

function settling(lose: (row: Notification) => Notification): Mutation {
  return notifications(({ settle }) => ({
    settle: async (...given) => (await settle(...given)).map(lose),
  }));
}

function withoutCondition(row: Notification): Notification {
  return { ...row, onlyIf: null };
}
