/** Where a worker dies: at a verb of the store, or at the transport's `send`. */
export interface DyingPoint {
  readonly verb: "claim" | "startAttempts" | "send" | "record" | "renew" | "findOverdue" | "settle";
  /** `during`: the database has got the statements, and nobody has its answer yet. */
  readonly when: "before" | "during" | "after";
}

/** What the notifications of a killed worker look like to somebody else. */
export type Seen =
  | "waiting"
  | "claimed"
  | "started"
  | "delivered"
  | "partly recorded"
  | "recorded"
  | "settled";

/** A moment in a notification's way at which a worker is killed, and what is expected of it. */
export interface Step {
  readonly name: string;
  /** `null`: the provider has the message, and the process is killed from outside while it waits for the answer. */
  readonly at: DyingPoint | null;
  /** The provider accepts, and keeps its answers to itself until the process is dead. */
  readonly holdsAnswers: boolean;
  /** Another worker dies right before its requests leave, and this one while it puts in order what that one left. */
  readonly afterAnotherDeath: boolean;
  /** What must be found right after the kill, so that it is certain where it struck. */
  readonly seen: readonly Seen[];
  /** Without receipts nobody can know that the provider has the message; then it is sent once more. */
  readonly mayTellTwice: boolean;
}

/** In the order of a notification's way, then the sweep and the heartbeat. */
export const steps: readonly Step[] = [
  step("before the claim", at("claim", "before"), ["waiting"]),
  step("after the claim", at("claim", "after"), ["claimed"]),
  step("before the attempt is written", at("startAttempts", "before"), ["claimed"]),
  step("after the attempt is written", at("startAttempts", "after"), ["started"]),
  step("before the request leaves", at("send", "before"), ["started"]),
  step("request written, no answer yet", null, ["delivered"], { mayTellTwice: true, holdsAnswers: true }),
  step("after the answer", at("send", "after"), ["delivered"], { mayTellTwice: true }),
  step("before the record", at("record", "before"), ["delivered"], { mayTellTwice: true }),
  // PostgreSQL records in one statement: it may well end it for a client that is gone.
  step("record begun, not committed", at("record", "during"), ["delivered", "partly recorded", "recorded"], {
    mayTellTwice: true,
  }),
  step("after the record", at("record", "after"), ["recorded"]),
  step("before a heartbeat", at("renew", "before"), ["delivered"], {
    mayTellTwice: true,
    holdsAnswers: true,
  }),
  step("after a heartbeat", at("renew", "after"), ["delivered"], { mayTellTwice: true, holdsAnswers: true }),
  step("before the sweep looks", at("findOverdue", "before"), ["started"], { afterAnotherDeath: true }),
  step("before the sweep settles", at("settle", "before"), ["started"], { afterAnotherDeath: true }),
  step("after the sweep settled", at("settle", "after"), ["settled"], { afterAnotherDeath: true }),
];

/** @throws {Error} There is none of this name. */
export function stepOf(name: string): Step {
  const found = steps.find((step) => step.name === name);
  if (!found) throw new Error(`No step "${name}". Steps: ${steps.map(({ name }) => name).join(", ")}.`);
  return found;
}

function at(verb: DyingPoint["verb"], when: DyingPoint["when"]): DyingPoint {
  return { verb, when };
}

function step(name: string, at: Step["at"], seen: readonly Seen[], changes: Partial<Step> = {}): Step {
  return { name, at, seen, holdsAnswers: false, afterAnotherDeath: false, mayTellTwice: false, ...changes };
}
