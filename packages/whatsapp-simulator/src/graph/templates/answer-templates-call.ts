import { type Answer, jsonAnswer } from "../../http/answer.js";
import type { Simulation } from "../../simulation.js";
import { createTemplate } from "../../templates/create-template.js";
import { deleteTemplates } from "../../templates/delete-templates.js";
import { parseNewTemplate } from "../../templates/template-draft.js";
import { type GraphCall, unsupported } from "../graph-request.js";
import { listAnswer } from "./list-answer.js";
import { readDeletion } from "./read-deletion.js";

/**
 * Lists, creates and deletes templates: `/{business-account-id}/message_templates`.
 *
 * @throws {GraphError} In Meta's words.
 */
export async function answerTemplatesCall(simulation: Simulation, call: GraphCall): Promise<Answer> {
  switch (call.method) {
    case "GET":
      return listAnswer(simulation, call);
    case "POST": {
      const { id, status, category } = createTemplate(simulation, parseNewTemplate(await call.readBody()));
      return jsonAnswer(200, { id, status, category });
    }
    case "DELETE": {
      const { templates, wholeName } = readDeletion(simulation, call.query);
      deleteTemplates(simulation, templates, { wholeName });
      return jsonAnswer(200, { success: true });
    }
    default:
      throw unsupported(call);
  }
}
