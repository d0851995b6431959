import type { KeptReceipt, Notification, Receipt, ReceiptReducer } from "@callboard/core/adapter";
import { damages, mutantsOf } from "./folded-text.js";
import { type Mutants, notifications, othersFirst, Refused } from "./mutant.js";

/** A match as it came, with the call that brought it. */
interface Match extends KeptReceipt {
  readonly call: number;
  readonly parkedBefore: boolean;
  readonly moved: boolean;
}

export const keptReceiptMutants: Mutants = {
  "applyReceipts() keeps each match, when it came, and what the provider said": {
    "applyReceipts() keeps nothing": reading(() => []),
    "applyReceipts() keeps the last receipt": reading((kept) => kept.slice(-1)),
    "applyReceipts() forgets the attempt": reading((kept) => kept.map((one) => ({ ...one, attemptId: "" }))),
    "applyReceipts() forgets the provider's code": reading((kept) =>
      kept.map((one) => ({ ...one, providerCode: null })),
    ),
    "applyReceipts() forgets the provider's words": reading((kept) =>
      kept.map((one) => ({ ...one, message: null })),
    ),
    "applyReceipts() keeps times to the second": reading((kept) =>
      kept.map((one) => ({ ...one, occurredAt: toTheSecond(one.occurredAt) })),
    ),
    "receiptsOf() gives the time of the first day": reading((kept) =>
      kept.map((one) => ({ ...one, receivedAt: new Date(0) })),
    ),
  },

  "applyReceipts() keeps a receipt for which the rules say null": {
    "applyReceipts() keeps what moves a notification": keeping((matches) =>
      matches.filter(({ moved }) => moved),
    ),
  },

  "applyReceipts() keeps a receipt once, however often it is reported": {
    "applyReceipts() keeps every report": keeping((matches) => matches),
    "applyReceipts() keeps a receipt once in each call": keeping((matches) =>
      onceEach(matches, (one) => [one.call, one.status]),
    ),
    "applyReceipts() keeps the last report": keeping((matches) =>
      onceEach(matches.toReversed(), (one) => [one.status]),
    ),
  },

  "applyReceipts() by several callers at once keeps a receipt once": {
    "applyReceipts() looks before it keeps": notifications((sound) => {
      const all: KeptReceipt[] = [];
      return {
        async applyReceipts(receipts, reduce) {
          const before = new Set(all.map(keyOf));
          await othersFirst();
          return sound.applyReceipts(
            receipts,
            watching(reduce, (one) => {
              if (!before.has(keyOf(one))) all.push(one);
            }),
          );
        },
        receiptsOf: async (ids) => all.filter(({ notificationId }) => ids.includes(notificationId)),
      };
    }),
    "applyReceipts() refuses what another has kept": notifications((sound) => {
      const kept = new Set<string>();
      return {
        async applyReceipts(receipts, reduce) {
          if (receipts.some((one) => kept.has(one.providerMessageId))) throw new Refused();
          for (const one of receipts) kept.add(one.providerMessageId);
          return sound.applyReceipts(receipts, reduce);
        },
      };
    }),
  },

  "applyReceipts() keeps receipts of another time, status or attempt beside each other": {
    "applyReceipts() keeps one receipt of each status and attempt": keeping((matches) =>
      onceEach(matches, (one) => [one.status, one.attemptId]),
    ),
    "applyReceipts() keeps one receipt of each time and attempt": keeping((matches) =>
      onceEach(matches, (one) => [one.occurredAt, one.attemptId]),
    ),
    "applyReceipts() keeps one receipt of each time and status": keeping((matches) =>
      onceEach(matches, (one) => [one.occurredAt, one.status]),
    ),
    "applyReceipts() keeps one receipt of each second": keeping((matches) =>
      onceEach(matches, (one) => [toTheSecond(one.occurredAt), one.status, one.attemptId]),
    ),
    "applyReceipts() takes each receipt for one of the newest attempt": reading((kept) =>
      kept.map((one) => ({ ...one, attemptId: kept.at(-1)?.attemptId ?? "" })),
    ),
  },

  "applyReceipts() keeps a thousand receipts at once": {
    "applyReceipts() keeps as many as a statement has parameters for": notifications((sound) => ({
      async applyReceipts(receipts, reduce) {
        if (receipts.length > 500) throw new Refused();
        return sound.applyReceipts(receipts, reduce);
      },
    })),
    "applyReceipts() keeps the first hundred": reading((kept) => kept.slice(0, 100)),
  },

  "applyReceipts() keeps the provider's words to the letter, whatever is in them": {
    ...mutantsOf("applyReceipts()", damages, (damaged) =>
      reading((kept) => kept.map((one) => ({ ...one, message: damaged(one.message ?? "") }))),
    ),
    "applyReceipts() takes the word null for null": reading((kept) =>
      kept.map((one) => ({ ...one, message: one.message === "null" ? null : one.message })),
    ),
    "applyReceipts() keeps words as long as a name": reading((kept) =>
      kept.map((one) => ({ ...one, message: one.message?.slice(0, 255) ?? null })),
    ),
  },

  "applyParked() keeps what it applies, as having come when it was parked": {
    "applyParked() keeps nothing": keeping((matches) => matches.filter(({ parkedBefore }) => !parkedBefore)),
    "applyParked() keeps a receipt as having come when it is applied": keeping((matches) => matches),
  },

  "receiptsOf() gives receipts in the order in which they came, of the notifications asked for": {
    "receiptsOf() goes by when it happened": reading((kept) =>
      kept.toSorted((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime()),
    ),
    "receiptsOf() gives the newest first": reading((kept) => kept.toReversed()),
    "receiptsOf() gives those of the first notification": notifications((sound) => ({
      receiptsOf: (ids) => sound.receiptsOf(ids.slice(0, 1)),
    })),
    "receiptsOf() gives all that there are": notifications((sound) => ({
      async receiptsOf() {
        const { notifications: rows } = await sound.page({ limit: 1_000 });
        return sound.receiptsOf(rows.map(({ id }) => id));
      },
    })),
  },
};

function reading(wrong: (kept: readonly KeptReceipt[]) => KeptReceipt[]) {
  return notifications(({ receiptsOf }) => ({ receiptsOf: async (ids) => wrong(await receiptsOf(ids)) }));
}

/** Keeps of all that ever matched what `select` says. */
function keeping(select: (matches: readonly Match[]) => readonly Match[]) {
  return notifications((sound, { now }) => {
    const matches: Match[] = [];
    let call = 0;
    const kept = (reduce: ReceiptReducer, parkedBefore: boolean) => {
      call += 1;
      const thisCall = call;
      return watching(reduce, (one, moved) =>
        matches.push({ ...one, receivedAt: now(), call: thisCall, parkedBefore, moved }),
      );
    };
    return {
      applyReceipts: (receipts, reduce) => sound.applyReceipts(receipts, kept(reduce, false)),
      applyParked: (request, reduce) => sound.applyParked(request, kept(reduce, true)),
      async receiptsOf(ids) {
        const all = select(matches).filter(({ notificationId }) => ids.includes(notificationId));
        return all.map(({ call: _, parkedBefore, moved, ...one }) => one);
      },
    };
  });
}

function watching(reduce: ReceiptReducer, see: (match: KeptReceipt, moved: boolean) => void): ReceiptReducer {
  return (notification, receipt) => {
    const transition = reduce(notification, receipt);
    see(asKept(notification, receipt), transition !== null);
    return transition;
  };
}

function asKept({ id }: Notification, receipt: Receipt): KeptReceipt {
  const { attemptId, status, occurredAt, failure, button = null } = receipt;
  const { providerCode = null, message = null } = failure ?? {};
  const known = { notificationId: id, attemptId: attemptId ?? "", receivedAt: new Date(0) };
  return { ...known, status, occurredAt, providerCode, message, button };
}

function onceEach(matches: readonly Match[], key: (match: Match) => unknown): Match[] {
  const seen = new Set<string>();
  return matches.filter((one) => seen.size !== seen.add(JSON.stringify([one.notificationId, key(one)])).size);
}

function keyOf({ notificationId, attemptId, status, occurredAt }: KeptReceipt): string {
  return JSON.stringify([notificationId, attemptId, status, occurredAt]);
}

function toTheSecond(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1_000) * 1_000);
}
