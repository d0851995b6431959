import type { Answer } from "../http/answer.js";
import type { Simulation } from "../simulation.js";
import { answerManagementCall } from "./answer-management-call.js";
import { answerMessageRequest } from "./answer-message-request.js";
import { answerPhoneNumber } from "./answer-phone-number.js";
import { type GraphCall, unsupported } from "./graph-request.js";
import { answerTemplateCall } from "./templates/answer-template-call.js";
import { answerTemplatesCall } from "./templates/answer-templates-call.js";

/**
 * Finds what a call is about: the business number, the business account or one template.
 *
 * @throws {GraphError} 100 with subcode 33: an unknown id, or a call that it does not take.
 */
export async function answerGraphCall(simulation: Simulation, call: GraphCall): Promise<Answer> {
  const { phoneNumberId, businessAccountId } = simulation.options;
  if (call.node === phoneNumberId && call.edge === "messages" && call.method === "POST") {
    return answerMessageRequest(simulation, await call.readBody());
  }
  if (call.node === phoneNumberId && call.edge === null && call.method === "GET") {
    return answerManagementCall(simulation, async () => answerPhoneNumber(simulation, call));
  }
  if (call.node === businessAccountId && call.edge === "message_templates") {
    return answerManagementCall(simulation, () => answerTemplatesCall(simulation, call));
  }
  const template = simulation.templates.byId(call.node);
  if (template === null || (call.edge !== null && call.edge !== "unpause")) throw unsupported(call);
  return answerManagementCall(simulation, () => answerTemplateCall(simulation, call, template));
}
