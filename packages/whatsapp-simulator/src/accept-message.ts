import { newMessageId } from "./message-id.js";
import { e164 } from "./phone-number.js";
import { renderContent } from "./rendering/render-content.js";
import { scheduleStatuses } from "./schedule-statuses.js";
import type { SimulatedMessage } from "./simulated-message.js";
import type { Simulation } from "./simulation.js";
import { holdMessage, mustHold } from "./templates/hold-message.js";
import type { StoredTemplate } from "./templates/stored-template.js";
import type { SendRequest } from "./validation/parse-message-request.js";

/** What is accepted, and what becomes of it. */
export interface Acceptance {
  readonly send: SendRequest;
  /** The request body as it was received. */
  readonly body: unknown;
  /** The template that the send names, when it is known. */
  readonly template: StoredTemplate | null;
  /** Code of the `failed` status that ends the message, or null when it will be delivered. */
  readonly failure: number | null;
}

/** Writes a message down and lets its statuses follow, unless it has to be held back first. */
export function acceptMessage(simulation: Simulation, acceptance: Acceptance): SimulatedMessage {
  const { template, failure } = acceptance;
  const isHeld = failure === null && mustHold(simulation, template);
  const accepted = newMessage(simulation, acceptance, isHeld);
  simulation.ledger.addMessage(accepted);
  if (isHeld && template !== null) holdMessage(simulation, accepted, template.id);
  else scheduleStatuses(simulation, accepted, failure);
  return accepted;
}

function newMessage(
  { ids, timers }: Simulation,
  { send, body, template }: Acceptance,
  isHeld: boolean,
): SimulatedMessage {
  const { message } = send;
  return {
    id: newMessageId(send.waId, ids),
    to: e164(send.waId),
    type: message.type,
    ...renderContent(message, template),
    templateName: message.type === "template" ? message.content.name : null,
    callbackData: send.callbackData,
    quotedId: send.quotedId,
    isHeld,
    status: "accepted",
    errorCode: null,
    acceptedAt: timers.now(),
    sentAt: null,
    deliveredAt: null,
    readAt: null,
    failedAt: null,
    request: body,
  };
}
