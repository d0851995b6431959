import { quoted } from "../domain/foreign-words.js";
import type { InterventionStep } from "./explanation-step.js";

/** Who decided what about a notification, and why. */
export function interventionWords({ action, to, reason, by }: InterventionStep): string {
  const why = reason === "" ? "" : `: ${quoted(reason)}`;
  if (action === "condition" || action === "unwanted") return `asked right before sending${why}`;
  if (action === "superseded") return `by a later one${why}`;
  const what = action === "resolved" ? `${resolution[to] ?? to}, ` : "";
  return `${what}by ${by ?? "the host's code"}${why}`;
}

/** What was resolved, by the state that it led to. */
const resolution: Partial<Record<InterventionStep["to"], string>> = {
  sent: "as told",
  pending: "to be sent once more",
  failed: "to be left",
};
