import type { Charge, ChargeCount, Notification } from "@callboard/core/adapter";
import { forgetting } from "./acknowledging.js";
import { type Mutants, notifications } from "./mutant.js";
import { parking, stepping } from "./receipt-mutants.js";
import { everyRow, seen } from "./watched-rows.js";

/** By part: what a store that sees no such part would make of a charge. */
const blind: Readonly<Record<keyof Charge, (charge: Charge) => Charge>> = {
  category: (charge) => ({ ...charge, category: "" }),
  type: (charge) => ({ ...charge, type: null }),
  country: (charge) => ({ ...charge, country: null }),
};

const uncharged = (row: Notification): Notification => ({ ...row, charge: null });

export const chargeMutants: Mutants = {
  "applyReceipts() writes the first charge as it is, and no part of another": {
    "applyReceipts() writes no charge": notifications((sound) => seen(sound, uncharged)),
    "applyReceipts() does not tell the charge": notifications(({ applyReceipts }) => ({
      async applyReceipts(receipts, reduce) {
        const { moved, parked } = await applyReceipts(receipts, reduce);
        return { moved: moved.map(uncharged), parked };
      },
    })),
    "applyReceipts() writes the last charge": stepping("applyReceipts", (steps) => ({
      charge: steps.findLast(({ charge }) => charge !== null)?.charge ?? null,
    })),
    "applyReceipts() fills what a charge does not say from another": stepping("applyReceipts", (steps) => {
      const charges = steps.flatMap(({ charge }) => charge ?? []);
      const [first] = charges;
      const type = charges.find((one) => one.type !== null)?.type ?? null;
      return { charge: first ? { ...first, type } : null };
    }),
    "applyReceipts() writes an empty country": notifications((sound) =>
      seen(sound, (row) => ({ ...row, charge: row.charge && { ...row.charge, country: "" } })),
    ),
  },

  "applyReceipts() keeps the first charge of those that come at once": {
    "applyReceipts() keeps the last charge": stepping("applyReceipts", (steps) => ({
      charge: steps.findLast(({ charge }) => charge !== null)?.charge ?? null,
    })),
    "applyReceipts() keeps the charge of the last step": stepping("applyReceipts", (steps) => ({
      charge: steps.at(-1)?.charge ?? null,
    })),
  },

  "applyReceipts() writes a charge alone to what is read already": {
    "applyReceipts() leaves what stays in its status": notifications(({ applyReceipts }) => ({
      applyReceipts: (receipts, reduce) =>
        applyReceipts(receipts, (row, receipt) => {
          const step = reduce(row, receipt);
          return step?.status === row.status ? null : step;
        }),
    })),
    "applyReceipts() says of a charge that it was read again": stepping("applyReceipts", (steps) =>
      steps.at(-1)?.charge ? { readAt: new Date(0) } : {},
    ),
    "applyReceipts() takes what it is not told of for unset": stepping("applyReceipts", (steps) =>
      steps.at(-1)?.charge ? { providerMessageId: null } : {},
    ),
  },

  "applyParked() applies a charge that came before its message was known": {
    "applyReceipts() parks a receipt without its charge": parking((receipt) => ({
      ...receipt,
      charge: null,
    })),
    "applyReceipts() parks the category of a charge": parking(({ charge, ...receipt }) => ({
      ...receipt,
      charge: charge ? { ...charge, type: null, country: null } : null,
    })),
  },

  "settle() and record() write a charge where there is none, and keep the first as a whole": {
    "record() writes no charge": notifications(({ record }) => ({
      record: (results) =>
        record(results.map((one) => ({ ...one, transition: { ...one.transition, charge: null } }))),
    })),
    "settle() writes the last charge": notifications(({ settle }) => ({
      settle: async (moves, options) =>
        (await settle(moves, options)).map((row, index) => ({
          ...row,
          charge: moves[index]?.transition.charge ?? row.charge,
        })),
    })),
    "settle() without a charge takes the first": notifications(({ settle }) => ({
      settle: async (moves, options) =>
        (await settle(moves, options)).map((row, index) =>
          moves[index]?.transition.charge === null ? uncharged(row) : row,
        ),
    })),
    "settle() fills what a charge does not say from another": notifications(({ settle }) => ({
      settle: async (moves, options) =>
        (await settle(moves, options)).map((row, index) => ({
          ...row,
          charge: row.charge && {
            ...row.charge,
            type: row.charge.type ?? moves[index]?.transition.charge?.type ?? null,
          },
        })),
    })),
  },

  "forget() keeps what a message is charged as": {
    "forget() takes the charge": forgetting(uncharged),
    "forget() takes the country": forgetting((row) => ({
      ...row,
      charge: row.charge && blind.country(row.charge),
    })),
  },

  "countCharges() puts together what shares a channel, a template and a charge": {
    ...Object.fromEntries(
      (["channel", "template"] as const).map((part) => [
        `countCharges() ignores the ${part}`,
        counting((lines) => merged(lines, (line) => ({ ...line, [part]: "" }))),
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(blind).map(([part, see]) => [
        `countCharges() ignores the ${part}`,
        counting((lines) => merged(lines, (line) => ({ ...line, charge: see(line.charge) }))),
      ]),
    ),
    "countCharges() leaves out charges of which a part is not known": counting((lines) =>
      lines.filter(({ charge }) => charge.type !== null),
    ),
    "countCharges() gives a line for each notification": counting((lines) =>
      lines.flatMap((line) => Array.from({ length: line.count }, () => ({ ...line, count: 1 }))),
    ),
    "countCharges() counts what has no charge": notifications((sound) => ({
      async countCharges(period) {
        const lines = await sound.countCharges(period);
        const free = (await everyRow(sound)).filter(({ charge }) => charge === null);
        const charge = { category: "", type: null, country: null };
        return [...lines, ...free.map(({ channel, template }) => ({ channel, template, charge, count: 1 }))];
      },
    })),
  },

  "countCharges() from a time takes what was created at it, and until a time does not": {
    "countCharges() leaves out what was created at its beginning": shifted("from"),
    "countCharges() takes what was created at its end": shifted("until"),
    "countCharges() ignores its beginning": notifications(({ countCharges }) => ({
      countCharges: (period) => countCharges({ ...period, from: new Date(0) }),
    })),
    "countCharges() ignores its end": notifications(({ countCharges }) => ({
      countCharges: ({ from }) => countCharges({ from }),
    })),
  },
};

function counting(wrong: (lines: readonly ChargeCount[]) => ChargeCount[]) {
  return notifications(({ countCharges }) => ({
    countCharges: async (period) => wrong(await countCharges(period)),
  }));
}

/** Adds up lines that `see` makes the same. */
function merged(lines: readonly ChargeCount[], see: (line: ChargeCount) => ChargeCount): ChargeCount[] {
  const sums = new Map<string, ChargeCount>();
  for (const line of lines) {
    const key = JSON.stringify({ ...see(line), count: 0 });
    const first = sums.get(key);
    sums.set(key, { ...(first ?? line), count: (first?.count ?? 0) + line.count });
  }
  return [...sums.values()];
}

/** One end of a period, by a millisecond. */
function shifted(end: "from" | "until") {
  return notifications(({ countCharges }) => ({
    countCharges(period) {
      const at = period[end];
      return countCharges({ ...period, ...(at && { [end]: new Date(at.getTime() + 1) }) });
    },
  }));
}
