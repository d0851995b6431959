import type { KeptReceipt, Notification, Transition } from "@callboard/core/adapter";
import { type Mutants, notifications } from "./mutant.js";
import { parking, reducing, stepping } from "./receipt-mutants.js";
import { seen } from "./watched-rows.js";

type Losses = Readonly<Record<string, (row: Notification) => Notification>>;

const losses: Losses = {
  "when it was pressed": (row) => ({ ...row, acknowledgedAt: null }),
  "when it was read": (row) => (row.acknowledgedAt === null ? row : { ...row, readAt: null }),
  "the button": (row) => ({ ...row, acknowledgedWith: null }),
  "the button's label": (row) => ({
    ...row,
    acknowledgedWith: row.acknowledgedWith && { ...row.acknowledgedWith, label: "" },
  }),
};

/** A step that says nothing of a press. */
function silent({ stamps: { acknowledgedAt, ...stamps }, ...step }: Transition): Transition {
  return { ...step, stamps, acknowledgedWith: null };
}

export const acknowledgingMutants: Mutants = {
  "applyReceipts() of a press writes when the person read and pressed, and which button": {
    ...Object.fromEntries(
      Object.entries(losses).map(([what, lose]) => [
        `the storage forgets ${what}`,
        notifications((sound) => seen(sound, lose)),
      ]),
    ),
    "applyReceipts() does not tell the button": notifications(({ applyReceipts }) => ({
      async applyReceipts(receipts, reduce) {
        const { moved, parked } = await applyReceipts(receipts, reduce);
        return { moved: moved.map((row) => ({ ...row, acknowledgedWith: null })), parked };
      },
    })),
  },

  "applyReceipts() hands the button to the rules": {
    "applyReceipts() loses the button on the way": reducing(
      (reduce) => (row, receipt) => reduce(row, { ...receipt, button: null }),
    ),
    "applyReceipts() takes a press for a read": reducing(
      (reduce) => (row, receipt) => reduce(row, { ...receipt, status: "read" }),
    ),
  },

  "applyReceipts() keeps the first press of those that come at once, and of those that come later": {
    "applyReceipts() keeps the last press": stepping("applyReceipts", (steps) => newest(steps)),
    "applyReceipts() keeps the last press of those that come at once": notifications((sound) => ({
      applyReceipts: (receipts, reduce) => sound.applyReceipts(receipts.toReversed(), reduce),
    })),
    "applyReceipts() keeps the last button": stepping("applyReceipts", (steps) => ({
      acknowledgedWith: newest(steps).acknowledgedWith,
    })),
    "applyReceipts() keeps the last time": stepping("applyReceipts", (steps) => ({
      acknowledgedAt: newest(steps).acknowledgedAt,
    })),
    "applyReceipts() keeps the earliest time": stepping("applyReceipts", (steps) => {
      const times = steps.flatMap(({ stamps }) => stamps.acknowledgedAt ?? []);
      return { acknowledgedAt: times.toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null };
    }),
  },

  "applyParked() applies a press that came before its message was known, with its button": {
    "applyReceipts() parks a press without its button": parking((receipt) => ({ ...receipt, button: null })),
    "applyReceipts() parks a press as a read": parking((receipt) => ({ ...receipt, status: "read" })),
    "applyReceipts() parks each press": notifications(({ applyReceipts }) => ({
      async applyReceipts(receipts, reduce) {
        const { moved, parked } = await applyReceipts(receipts, reduce);
        return { moved, parked: parked === 0 ? 0 : receipts.length };
      },
    })),
  },

  "receiptsOf() tells which button was pressed each time, and none where that is not known": {
    "receiptsOf() does not tell the button": receiptsAs((kept) =>
      kept.map((one) => ({ ...one, button: null })),
    ),
    "receiptsOf() tells the first button": receiptsAs((kept) => {
      const first = kept.find(({ button }) => button !== null)?.button ?? null;
      return kept.map((one) => ({ ...one, button: one.button && first }));
    }),
    "receiptsOf() tells an empty button": receiptsAs((kept) =>
      kept.map((one) => ({ ...one, button: one.button ?? { id: "", label: "" } })),
    ),
    "applyReceipts() keeps the first press alone": receiptsAs((kept) => {
      const first = kept.find(({ status }) => status === "acknowledged");
      return kept.filter((one) => one.status !== "acknowledged" || one === first);
    }),
  },

  "settle() and record() write a press where there is none, and keep the first": {
    "record() writes no press": notifications(({ record }) => ({
      record: (results) => record(results.map((one) => ({ ...one, transition: silent(one.transition) }))),
    })),
    "settle() writes the last press": stepping("settle", (steps) => newest(steps)),
    "settle() without a press takes the first": stepping("settle", (steps) =>
      steps.at(-1)?.acknowledgedWith === null ? { acknowledgedAt: null, acknowledgedWith: null } : {},
    ),
  },

  "forget() keeps that a button was pressed, and which: its words are the template's": {
    ...Object.fromEntries(
      Object.entries(losses).map(([what, lose]) => [`forget() takes ${what}`, forgetting(lose)]),
    ),
    "forget() takes the button from receipts": notifications((sound) => {
      let isForgotten = false;
      return {
        async forget(person, options) {
          isForgotten = true;
          return sound.forget(person, options);
        },
        receiptsOf: async (ids) =>
          (await sound.receiptsOf(ids)).map((one) => (isForgotten ? { ...one, button: null } : one)),
      };
    }),
  },
};

/** What a store would show that believes the last step. */
function newest(steps: readonly Transition[]): Pick<Notification, "acknowledgedAt" | "acknowledgedWith"> {
  const pressed = steps.filter(({ acknowledgedWith }) => acknowledgedWith !== null).at(-1);
  return {
    acknowledgedAt: pressed?.stamps.acknowledgedAt ?? null,
    acknowledgedWith: pressed?.acknowledgedWith ?? null,
  };
}

function receiptsAs(wrong: (kept: readonly KeptReceipt[]) => KeptReceipt[]) {
  return notifications(({ receiptsOf }) => ({ receiptsOf: async (ids) => wrong(await receiptsOf(ids)) }));
}

export function forgetting(lose: (row: Notification) => Notification) {
  return notifications((sound) => {
    let isForgotten = false;
    return {
      ...seen(sound, (row) => (isForgotten ? lose(row) : row)),
      async forget(person, options) {
        isForgotten = true;
        return sound.forget(person, options);
      },
    };
  });
}
