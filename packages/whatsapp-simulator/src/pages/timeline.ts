import type { SimulatedMessage, SimulatedReply } from "../simulated-message.js";
import type { Simulation } from "../simulation.js";

/** The most bubbles one phone shows; older ones stay in the ledger. */
const bubbleLimit = 60;

/** The most phones one page shows. */
const phoneLimit = 60;

export type TimelineEntry =
  | { readonly kind: "message"; readonly at: Date; readonly message: SimulatedMessage }
  | { readonly kind: "reply"; readonly at: Date; readonly reply: SimulatedReply };

/** The 24 hours after a person's last message. */
export type PhoneWindow =
  | { readonly state: "open"; readonly closesAt: Date }
  | { readonly state: "closed" | "always-open" };

/** One person's phone, entries oldest first. */
export interface Phone {
  readonly digits: string;
  readonly name: string | null;
  readonly isReachable: boolean;
  /** The business shows that it is typing. */
  readonly isTyping: boolean;
  readonly window: PhoneWindow;
  readonly entries: readonly TimelineEntry[];
}

/** Phones of named people first, in the order given, then others in the order in which they came up. */
export function phones(simulation: Simulation): readonly Phone[] {
  const { ledger, options } = simulation;
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
    name: options.people[digits]?.name ?? null,
    isReachable: !options.unreachable.includes(digits),
    isTyping: ledger.isTyping(`+${digits}`, simulation.timers.now()),
    window: windowOf(simulation, digits),
    // The sort is stable: two of the same instant keep their order.
    entries: found.sort((a, b) => a.at.getTime() - b.at.getTime()).slice(-bubbleLimit),
  }));
}

function windowOf({ options, windows, timers }: Simulation, digits: string): PhoneWindow {
  const closesAt = windows.closesAt(digits);
  if (closesAt !== null && windows.isOpen(digits, timers.now())) return { state: "open", closesAt };
  return { state: options.window === "open" ? "always-open" : "closed" };
}
