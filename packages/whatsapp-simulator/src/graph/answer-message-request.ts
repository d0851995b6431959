import { acceptMessage } from "../accept-message.js";
import { meetFault } from "../faults/meet-fault.js";
import { nextFault } from "../faults/next-fault.js";
import { type Answer, jsonAnswer } from "../http/answer.js";
import { deliveryFailure } from "../limits/delivery-failure.js";
import type { SimulatedMessage } from "../simulated-message.js";
import type { Simulation } from "../simulation.js";
import type { StoredTemplate } from "../templates/stored-template.js";
import { checkTemplateSend } from "../validation/check-template-send.js";
import { checkTemplateValues } from "../validation/check-template-values.js";
import { parseMessageRequest, type SendRequest } from "../validation/parse-message-request.js";
import { type AddressedBody, findRecipient } from "./find-recipient.js";
import { GraphError } from "./graph-error.js";

/**
 * Accepts one send or one read receipt, unless a fault was asked for.
 *
 * @throws {GraphError} The body, a limit, or the fault, calls for a refusal.
 */
export async function answerMessageRequest(simulation: Simulation, body: unknown): Promise<Answer> {
  const addressed = findRecipient(simulation, body);
  const request = parseMessageRequest(addressed.body);
  if (request.kind === "read") {
    const { messageId, isTyping } = request;
    simulation.ledger.markRead(messageId, simulation.timers.now(), { isTyping });
    return jsonAnswer(200, { success: true });
  }
  return answerSend(simulation, request, { body, userId: addressed.userId });
}

function answerSend(
  simulation: Simulation,
  send: SendRequest,
  { body, userId }: AddressedBody,
): Promise<Answer> {
  const template = findTemplate(simulation, send);
  checkSend(simulation, send, template);
  // A code must reach the phone that asked for it, and a user id may have moved to another one.
  if (userId !== null && template?.category === "AUTHENTICATION") throw new GraphError(131062);
  simulation.sendLimiter.admit(send.waId, simulation.timers.now());
  const ownFailure = deliveryFailure(simulation, send);
  const fault = nextFault(simulation, "send");
  return meetFault(simulation, fault, () => {
    const failure = fault?.kind === "failed-status" ? fault.code : ownFailure;
    const message = acceptMessage(simulation, { send, body, template, failure });
    return jsonAnswer(200, acceptedBody(send, { message, userId }));
  });
}

function findTemplate({ templates }: Simulation, { message }: SendRequest): StoredTemplate | null {
  if (message.type !== "template") return null;
  return templates.find(message.content.name, message.content.language.code);
}

function checkSend(simulation: Simulation, send: SendRequest, template: StoredTemplate | null): void {
  const { options, templates } = simulation;
  const { waId, message } = send;
  if (waId === options.displayPhoneNumber) {
    throw new GraphError(131021, { details: "Sender and recipient have the same phone number." });
  }
  if (message.type !== "template") return;
  // A simulator that was told of no template at all takes every name, so that a first try needs no set-up.
  const knowsTemplates = options.strictTemplates || options.templates !== null || templates.hasEverHeld();
  if (knowsTemplates) checkTemplateSend(template, message.content);
  checkTemplateValues(message.content);
}

/** @see https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages#successful-response */
function acceptedBody(
  { input, waId }: SendRequest,
  { message: { id, type, isHeld }, userId }: { message: SimulatedMessage; userId: string | null },
) {
  const message_status = isHeld ? "held_for_quality_assessment" : "accepted";
  return {
    messaging_product: "whatsapp",
    contacts: [userId === null ? { input, wa_id: waId } : { input: userId, user_id: userId }],
    messages: [{ id, ...(type === "template" && { message_status }) }],
  };
}
