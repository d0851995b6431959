import { acceptMessage } from "../accept-message.js";
import type { SimulatorFault } from "../faults/fault.js";
import { type Answer, jsonAnswer } from "../http/answer.js";
import type { SimulatedMessage } from "../simulated-message.js";
import type { Simulation } from "../simulation.js";
import { checkKnownTemplate } from "../validation/check-known-template.js";
import { checkTemplateValues } from "../validation/check-template-values.js";
import { parseMessageRequest, type SendRequest } from "../validation/parse-message-request.js";
import { GraphError } from "./graph-error.js";

/**
 * Accepts one send or one read receipt, unless a fault was asked for.
 *
 * @throws {GraphError} The body, or the fault, calls for a refusal.
 */
export function answerMessageRequest(simulation: Simulation, body: unknown): Answer {
  const request = parseMessageRequest(body);
  if (request.kind === "read") {
    simulation.ledger.markRead(request.messageId, simulation.timers.now());
    return jsonAnswer(200, { success: true });
  }
  checkSend(simulation, request);
  const fault = simulation.faults.take();
  return answerFault(fault) ?? answerAccepted(simulation, request, { body, fault });
}

function checkSend({ options }: Simulation, { waId, message }: SendRequest): void {
  if (waId === options.displayPhoneNumber) {
    throw new GraphError(131021, { details: "Sender and recipient have the same phone number." });
  }
  if (message.type !== "template") return;
  if (options.templates !== null) checkKnownTemplate(options.templates, message.content);
  checkTemplateValues(message.content);
}

/** What happens instead of accepting, or null when the message is to be delivered. */
function answerFault(fault: SimulatorFault | null): Answer | null {
  switch (fault?.kind) {
    case "error":
      throw new GraphError(fault.code, fault);
    case "reset":
      return { kind: "reset" };
    case "silence":
      return { kind: "silence", ms: fault.ms };
    case "html":
      return htmlAnswer(fault.httpStatus);
    default:
      return null;
  }
}

/** As a proxy on the way would answer, not Meta. */
function htmlAnswer(status: number): Answer {
  const body = `<!doctype html><html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>\n`;
  return { kind: "body", status, contentType: "text/html; charset=utf-8", body };
}

function answerAccepted(
  simulation: Simulation,
  send: SendRequest,
  { body, fault }: { body: unknown; fault: SimulatorFault | null },
): Answer {
  const failure = fault?.kind === "failed-status" ? fault.code : null;
  const message = acceptMessage(simulation, { send, body, failure });
  return fault?.kind === "lost-answer" ? { kind: "reset" } : jsonAnswer(200, acceptedBody(send, message));
}

/** @see https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages#successful-response */
function acceptedBody({ input, waId }: SendRequest, { id, type }: SimulatedMessage) {
  return {
    messaging_product: "whatsapp",
    contacts: [{ input, wa_id: waId }],
    messages: [{ id, ...(type === "template" && { message_status: "accepted" }) }],
  };
}
