import type { ChannelReceipt, Notification, ReceiptReducer, Transition } from "@callboard/core/adapter";
import { type Mutation, notifications } from "./mutant.js";
import { seen } from "./watched-rows.js";

/** Hands the rules something else. */
export function reducing(wrong: (reduce: ReceiptReducer) => ReceiptReducer): Mutation {
  return notifications(({ applyReceipts }) => ({
    applyReceipts: (receipts, reduce) => applyReceipts(receipts, wrong(reduce)),
  }));
}

/** Parks something else than what came, where nothing matches any of it. */
export function parking(wrong: (receipt: ChannelReceipt) => ChannelReceipt): Mutation {
  return notifications(({ applyReceipts, forgetParked }) => ({
    async applyReceipts(receipts, reduce) {
      const result = await applyReceipts(receipts, reduce);
      if (result.parked === 0) return result;
      await forgetParked({ olderThanMs: -1 });
      return applyReceipts(receipts.map(wrong), reduce);
    },
  }));
}

/** Shows of each notification what `wrong` makes of all the steps that a verb has taken with it. */
export function stepping(
  verb: "applyReceipts" | "settle",
  wrong: (steps: readonly Transition[]) => Partial<Notification>,
): Mutation {
  return notifications((sound) => {
    const taken = new Map<string, Transition[]>();
    const note = (id: string, step: Transition) => taken.set(id, [...(taken.get(id) ?? []), step]);
    const see = (row: Notification) => ({ ...row, ...wrong(taken.get(row.id) ?? []) });
    const watching = (reduce: ReceiptReducer): ReceiptReducer => {
      return (row, receipt) => {
        const step = reduce(row, receipt);
        if (step) note(row.id, step);
        return step;
      };
    };
    if (verb === "settle") {
      return {
        async settle(moves, options) {
          for (const { id, transition } of moves) note(id, transition);
          return (await sound.settle(moves, options)).map(see);
        },
      };
    }
    return {
      ...seen(sound, see),
      applyReceipts: (receipts, reduce) => sound.applyReceipts(receipts, watching(reduce)),
    };
  });
}
