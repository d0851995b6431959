import { quoted } from "../domain/foreign-words.js";
import type { StateStep } from "./explanation-step.js";

/** What it means to have come into a state. */
export function stateWords({ state, failure }: StateStep): string {
  if (state !== "failed" || failure === null) return words[state];
  const { failureClass, message } = failure;
  if (failureClass === "quarantined") return `given up (quarantined): ${quoted(message)}`;
  return failureClass === "uncertain"
    ? "given up: nobody knows whether it arrived"
    : `given up (${failureClass})`;
}

const words: Record<StateStep["state"], string> = {
  pending: "to be sent",
  sending: "being sent",
  uncertain: "nobody knows whether it arrived",
  sent: "known to be accepted by the provider",
  delivered: "known to be delivered",
  read: "known to be read",
  failed: "given up",
  cancelled: "ended before it was sent",
  expired: "its time ran out before it could be sent",
  replayed: "to be sent once more",
};
