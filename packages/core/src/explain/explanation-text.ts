import type { Charge } from "../domain/charge.js";
import { oneLine } from "../domain/foreign-words.js";
import type { Explanation } from "./explanation.js";
import { nextWords } from "./next-words.js";
import { stepLabel, stepWords } from "./step-words.js";

/** The story as people read it: a heading, a line for each step, and what comes next. */
export function explanationText(explanation: Omit<Explanation, "text">): string {
  const { notification, batch, steps, next, asOf } = explanation;
  const { id, userId, channel, status, batchId, charge } = notification;
  const lines = [
    ...steps.map((step) => ({ at: step.at, label: stepLabel(step), words: stepWords(step) })),
    { at: next.at, label: "next", words: nextWords(explanation) },
  ];
  const width = Math.max(...lines.map(({ label }) => label.length));
  const unrecorded = batch === null ? ` No record is kept of its batch, ${batchId}.` : "";
  return [
    oneLine(
      `Notification ${id} for ${userId} on ${channel}: ${status} at ${asOf.toISOString()}.${chargeWords(charge)}${unrecorded}`,
    ),
    ...lines.map(({ at, label, words }) => `${timeColumn(at)}  ${label.padEnd(width)}  ${oneLine(words)}`),
  ].join("\n");
}

/** It may come with any receipt, so that it belongs to no step. */
function chargeWords(charge: Charge | null): string {
  if (charge === null) return "";
  const { category, type, country } = charge;
  return ` Charged as ${[category, type, country].filter((word) => word !== null).join(", ")}.`;
}

function timeColumn(at: Date | null): string {
  return at?.toISOString() ?? " ".repeat(isoLength);
}

const isoLength = 24;
