import type { SimulatedMessage, SimulatedStatus } from "./simulated-message.js";
import type { Simulation } from "./simulation.js";
import { statusWebhook } from "./webhooks/status-webhook.js";

/** Meta's code for a number that WhatsApp cannot reach. */
const undeliverable = 131026;

/** Moves an accepted message on as time passes, each step with a webhook. */
export function scheduleStatuses(
  simulation: Simulation,
  message: SimulatedMessage,
  failure: number | null,
): void {
  const { statusDelaysMs, unreachable } = simulation.options;
  const code = failure ?? (unreachable.includes(message.to.slice(1)) ? undeliverable : null);
  if (code !== null) {
    simulation.timers.after(statusDelaysMs.sent, () => advance(simulation, message.id, "failed", code));
    return;
  }
  for (const status of ["sent", "delivered", "read"] as const) {
    const delayMs = statusDelaysMs[status];
    if (delayMs !== null) simulation.timers.after(delayMs, () => advance(simulation, message.id, status));
  }
}

function advance(simulation: Simulation, id: string, status: SimulatedStatus, errorCode?: number): void {
  const at = simulation.timers.now();
  const message = simulation.ledger.setStatus(id, status, at, errorCode);
  // One lane per message: its statuses arrive in order, other messages do not wait.
  if (message !== null) void simulation.webhooks.send(id, statusWebhook(simulation.options, message, at));
}
