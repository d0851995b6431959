import type { SimulatedMessage, SimulatedStatus } from "./simulated-message.js";
import type { Simulation } from "./simulation.js";
import { drawSkippedStatuses } from "./webhooks/skipped-statuses.js";
import { statusWebhook } from "./webhooks/status-webhook.js";

/** Moves an accepted message on as time passes, each step with a webhook. `failure` ends it with that code instead. */
export function scheduleStatuses(
  simulation: Simulation,
  message: SimulatedMessage,
  failure: number | null,
): void {
  const { statusDelaysMs, webhookDelivery } = simulation.options;
  if (failure !== null) {
    simulation.timers.after(statusDelaysMs.sent, () => failMessage(simulation, message.id, failure));
    return;
  }
  const { isSentMissing, isDeliveredSkipped } = drawSkippedStatuses(webhookDelivery, simulation.chance);
  for (const status of ["sent", "delivered", "read"] as const) {
    const delayMs = statusDelaysMs[status];
    if (delayMs === null || (status === "delivered" && isDeliveredSkipped)) continue;
    const isTold = status !== "sent" || !isSentMissing;
    simulation.timers.after(delayMs, () => advance(simulation, message.id, { status, isTold }));
  }
}

/** Ends a message with `failed` and Meta's code, at once. */
export function failMessage(simulation: Simulation, id: string, code: number): void {
  advance(simulation, id, { status: "failed", errorCode: code });
}

interface Step {
  readonly status: SimulatedStatus;
  readonly errorCode?: number;
  /** @default true */
  readonly isTold?: boolean;
}

function advance(simulation: Simulation, id: string, { status, errorCode, isTold = true }: Step): void {
  const at = simulation.timers.now();
  const message = simulation.ledger.setStatus(id, status, at, errorCode);
  // One lane per message: its statuses arrive in order, other messages do not wait.
  if (message !== null && isTold) void simulation.webhooks.send(id, statusWebhook(simulation, message, at));
}
