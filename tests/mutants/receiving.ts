import type { ChannelReceipt, Notification } from "@callboard/core/adapter";
import { recordsWithoutLease } from "./claiming.js";
import { type Mutants, notifications, Refused } from "./mutant.js";
import { reducing } from "./receipt-mutants.js";
import { seen } from "./watched-rows.js";

const year = 365 * 86_400_000;

export const receivingMutants: Mutants = {
  "applyReceipts() matches by provider message id, and hands the attempt's id to the rules": {
    "applyReceipts() matches only by attempt id": reading((receipt) => ({
      providerMessageId: `unknown-${receipt.providerMessageId}`,
    })),
    "applyReceipts() hands over the receipt as it came": reducing(
      (reduce) => (notification, receipt) => reduce(notification, { ...receipt, attemptId: null }),
    ),
    "applyReceipts() says when it was told and not when it happened": reading(() => ({
      occurredAt: new Date(0),
    })),
    "applyReceipts() parks what it applies, too": notifications(({ applyReceipts }) => ({
      applyReceipts: async (receipts, reduce) => ({
        ...(await applyReceipts(receipts, reduce)),
        parked: receipts.length,
      }),
    })),
  },

  "applyReceipts() matches by attempt id before the provider's id is known, and learns it": {
    "applyReceipts() matches only by provider message id": reading(() => ({ attemptId: null })),
    "applyReceipts() does not learn the id": notifications((sound) => ({
      applyReceipts: (receipts, reduce) =>
        sound.applyReceipts(
          receipts.map((receipt) =>
            receipt.attemptId === null ? receipt : { ...receipt, providerMessageId: "never" },
          ),
          (notification, receipt) => reduce(notification, { ...receipt, providerMessageId: "wamid-1" }),
        ),
    })),
    "applyReceipts() does not tell the notification its id": notifications((sound) =>
      seen(sound, (row) => ({ ...row, providerMessageId: null })),
    ),
  },

  "applyReceipts() applies several receipts of one notification in the order given": {
    "applyReceipts() hands over the notification as it was before the batch": reducing((reduce) => {
      const before = new Map<string, Notification>();
      return (notification, receipt) => {
        const first = before.get(notification.id) ?? notification;
        before.set(notification.id, first);
        return reduce(first, receipt);
      };
    }),
    "applyReceipts() applies the last one first": notifications(({ applyReceipts }) => ({
      applyReceipts: (receipts, reduce) => applyReceipts(receipts.toReversed(), reduce),
    })),
    "applyReceipts() applies only the last one": notifications(({ applyReceipts }) => ({
      applyReceipts: (receipts, reduce) => applyReceipts(receipts.slice(-1), reduce),
    })),
    "applyReceipts() tells each step of a notification": notifications(({ applyReceipts }) => ({
      async applyReceipts(receipts, reduce) {
        const results = [];
        for (const receipt of receipts) results.push(await applyReceipts([receipt], reduce));
        return { moved: results.flatMap(({ moved }) => moved), parked: 0 };
      },
    })),
  },

  "applyReceipts() leaves the row when the rules say null": {
    "applyReceipts() tells of what stayed": notifications((sound) => ({
      async applyReceipts(receipts, reduce) {
        const matched: Notification[] = [];
        const { parked } = await sound.applyReceipts(receipts, (notification, receipt) => {
          matched.push(notification);
          return reduce(notification, receipt);
        });
        return { moved: matched, parked };
      },
    })),
    "applyReceipts() moves without the rules": reducing((reduce) => (notification, receipt) => {
      const { attempts, crashes, uncertainties } = notification;
      const step = {
        status: "delivered" as const,
        attempts,
        crashes,
        uncertainties,
        dueInMs: null,
        failure: null,
        acknowledgedWith: null,
        charge: null,
        replayed: false,
      };
      return reduce(notification, receipt) ?? { ...step, providerMessageId: null, stamps: {} };
    }),
  },

  "applyReceipts() parks what nothing matches, once, and applyParked() applies it when the id arrives": {
    "applyReceipts() parks a receipt again": notifications(({ applyReceipts }) => ({
      applyReceipts: async (receipts, reduce) => {
        const { moved } = await applyReceipts(receipts, reduce);
        return { moved, parked: receipts.length - moved.length };
      },
    })),
    "applyReceipts() drops what nothing matches": notifications(({ applyReceipts, forgetParked }) => ({
      async applyReceipts(receipts, reduce) {
        const result = await applyReceipts(receipts, reduce);
        await forgetParked({ olderThanMs: -1 });
        return result;
      },
    })),
    "applyParked() drops what nothing matches yet": notifications(({ applyParked, forgetParked }) => ({
      async applyParked(request, reduce) {
        const moved = await applyParked(request, reduce);
        await forgetParked({ olderThanMs: -1 });
        return moved;
      },
    })),
    "applyParked() leaves what it applied": notifications(({ applyParked }) => {
      const applied: Notification[] = [];
      return {
        async applyParked(request, reduce) {
          const moved = await applyParked(request, reduce);
          const again = [...moved, ...applied];
          applied.push(...moved);
          return again;
        },
      };
    }),
    "applyParked() moves nothing": notifications(({ applyParked }) => ({
      applyParked: (request) => applyParked(request, () => null),
    })),
  },

  "applyParked() applies receipts of the ids asked for, and no more than its limit": {
    "applyParked() ignores the ids": notifications(({ applyParked }) => ({
      applyParked: ({ limit }, reduce) => applyParked({ limit }, reduce),
    })),
    "applyParked() ignores its limit": notifications(({ applyParked }) => ({
      applyParked: (request, reduce) => applyParked({ ...request, limit: 1_000 }, reduce),
    })),
    "applyParked() needs ids": notifications(({ applyParked }) => ({
      applyParked: async (request, reduce) =>
        request.providerMessageIds ? applyParked(request, reduce) : [],
    })),
    "applyParked() of some ids drops the others": notifications(({ applyParked, forgetParked }) => ({
      async applyParked(request, reduce) {
        const moved = await applyParked(request, reduce);
        await forgetParked({ olderThanMs: -1 });
        return moved;
      },
    })),
  },

  "applyReceipts() never matches another channel's id": {
    "applyReceipts() ignores the channel": reading(() => ({ channel: "whatsapp" })),
  },

  "applyReceipts() ends the lease of a row in sending, so that its worker changes nothing more": {
    "applyReceipts() leaves the lease": notifications(recordsWithoutLease),
  },

  "applyReceipts() takes a batch of 1,000": {
    "applyReceipts() takes as many as a statement has parameters for": notifications(({ applyReceipts }) => ({
      async applyReceipts(receipts, reduce) {
        if (receipts.length > 500) throw new Refused();
        return applyReceipts(receipts, reduce);
      },
    })),
    "applyReceipts() takes only the first hundred": notifications(({ applyReceipts }) => ({
      applyReceipts: (receipts, reduce) => applyReceipts(receipts.slice(0, 100), reduce),
    })),
  },

  "forgetParked() drops only what was parked longer ago": {
    "forgetParked() drops all": notifications(({ forgetParked }, { shiftedBy }) => ({
      forgetParked: (request) => shiftedBy(year, () => forgetParked(request)),
    })),
    "forgetParked() drops nothing": notifications(() => ({ forgetParked: async () => 0 })),
    "forgetParked() only counts": notifications(() => {
      const counts = [1, 0];
      return { forgetParked: async () => counts.shift() ?? 0 };
    }),
  },
};

function reading(wrong: (receipt: ChannelReceipt) => Partial<ChannelReceipt>) {
  return notifications(({ applyReceipts }) => ({
    applyReceipts: (receipts, reduce) =>
      applyReceipts(
        receipts.map((receipt) => ({ ...receipt, ...wrong(receipt) })),
        reduce,
      ),
  }));
}
