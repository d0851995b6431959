import { newMessageId } from "./message-id.js";
import { e164 } from "./phone-number.js";
import { renderContent } from "./rendering/render-content.js";
import { scheduleStatuses } from "./schedule-statuses.js";
import type { SimulatedMessage } from "./simulated-message.js";
import type { Simulation } from "./simulation.js";
import type { SendRequest } from "./validation/parse-message-request.js";

/** Writes a message down and lets its statuses follow. `failure` makes them end with `failed` and that code. */
export function acceptMessage(
  simulation: Simulation,
  { send, body, failure }: { send: SendRequest; body: unknown; failure: number | null },
): SimulatedMessage {
  const { message } = send;
  const accepted: SimulatedMessage = {
    id: newMessageId(send.waId),
    to: e164(send.waId),
    type: message.type,
    ...renderContent(message, simulation.options.templates ?? []),
    templateName: message.type === "template" ? message.content.name : null,
    callbackData: send.callbackData,
    quotedId: send.quotedId,
    status: "accepted",
    errorCode: null,
    acceptedAt: simulation.timers.now(),
    sentAt: null,
    deliveredAt: null,
    readAt: null,
    failedAt: null,
    request: body,
  };
  simulation.ledger.addMessage(accepted);
  scheduleStatuses(simulation, accepted, failure);
  return accepted;
}
