import type { SimulatedMessage, SimulatedReply } from "../simulated-message.js";
import type { Simulation } from "../simulation.js";

/** The most bubbles one phone shows; older ones stay in the ledger. */
const bubbleLimit = 60;

/** The most phones one page shows. */
const phoneLimit = 60;

export type TimelineEntry =
  | { readonly kind: "message"; readonly at: Date; readonly message: SimulatedMessage }
  | { readonly kind: "reply"; readonly at: Date; readonly reply: SimulatedReply };

/** One person's phone, entries oldest first. */
export interface Phone {
  readonly digits: string;
  readonly name: string | null;
  readonly isReachable: boolean;
  readonly entries: readonly TimelineEntry[];
}

/** Phones of named people first, in the order given, then others in the order in which they came up. */
export function phones({ ledger, options }: Simulation): readonly Phone[] {
  const entries = new Map<string, TimelineEntry[]>(Object.keys(options.people).map((digits) => [digits, []]));
  const add = (number: string, entry: TimelineEntry) => {
    const digits = number.slice(1);
    const known = entries.get(digits);
    if (known === undefined) entries.set(digits, [entry]);
    else known.push(entry);
  };
  for (const message of ledger.messages())
    add(message.to, { kind: "message", at: message.acceptedAt, message });
  for (const reply of ledger.replies()) add(reply.from, { kind: "reply", at: reply.receivedAt, reply });
  return [...entries].slice(0, phoneLimit).map(([digits, found]) => ({
    digits,
    name: options.people[digits] ?? null,
    isReachable: !options.unreachable.includes(digits),
    // The sort is stable: two of the same instant keep their order.
    entries: found.sort((a, b) => a.at.getTime() - b.at.getTime()).slice(-bubbleLimit),
  }));
}
