import { type Answer, jsonAnswer } from "../../http/answer.js";
import type { Simulation } from "../../simulation.js";
import { editTemplate } from "../../templates/edit-template.js";
import type { StoredTemplate } from "../../templates/stored-template.js";
import { parseTemplateEdit } from "../../templates/template-draft.js";
import { templateRefusal } from "../../templates/template-refusal.js";
import { unpauseTemplate } from "../../templates/unpause-template.js";
import { type GraphCall, unsupported } from "../graph-request.js";
import { selectFields } from "../select-fields.js";
import { defaultTemplateFields, templateFields } from "./template-fields.js";

/**
 * Shows, edits and unpauses one template: `/{template-id}` and `/{template-id}/unpause`.
 *
 * @throws {GraphError} In Meta's words.
 */
export async function answerTemplateCall(
  simulation: Simulation,
  call: GraphCall,
  template: StoredTemplate,
): Promise<Answer> {
  switch (`${call.method} ${call.edge ?? ""}`) {
    case "GET ": {
      const asked = call.query.get("fields");
      return jsonAnswer(
        200,
        selectFields(template, templateFields, { asked, defaults: defaultTemplateFields }),
      );
    }
    case "POST ": {
      const edited = editTemplate(simulation, template, parseTemplateEdit(await call.readBody()));
      return jsonAnswer(200, { success: true, id: edited.id, name: edited.name, category: edited.category });
    }
    case "POST unpause":
      return unpause(simulation, template);
    default:
      throw unsupported(call);
  }
}

function unpause(simulation: Simulation, { id, status }: StoredTemplate): Answer {
  if (status !== "PAUSED") {
    const message = `Only a paused template can be unpaused; this one is ${status}.`;
    throw templateRefusal({ subcode: null, title: "Message template is not paused", message });
  }
  unpauseTemplate(simulation, id);
  return jsonAnswer(200, { success: true });
}
