import type { MessageCategory } from "./rate-card.js";

/** Meta charges each message since then; before, it charged conversations. Days begin at midnight UTC. */
export const perMessageSince = Date.UTC(2025, 6, 1);

/** Since then Meta charges free text too, and utility templates while the window is open. */
export const windowChargedSince = Date.UTC(2026, 9, 1);

/** Whether a message costs nothing for the reason that the person has just written. */
export function isFreeInWindow(category: MessageCategory, at: Date): boolean {
  return (category === "service" || category === "utility") && at.getTime() < windowChargedSince;
}
