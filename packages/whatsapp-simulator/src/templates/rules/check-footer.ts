import type { DraftComponent } from "../template-draft.js";
import { checkText } from "./check-text.js";
import { componentRefusal } from "./refusals.js";
import { variablesIn } from "./variables.js";

/**
 * @throws {GraphError} 2388073 empty or with a variable, 2388040 too long.
 * @see https://developers.facebook.com/docs/whatsapp/business-management-api/message-templates/components#footer
 */
export function checkFooter({ text, code_expiration_minutes }: DraftComponent): void {
  // The footer of a one-time code holds only the minutes that it is good for.
  if (text === undefined && code_expiration_minutes !== undefined) return;
  if (text === undefined || text.trim() === "") throw componentRefusal("footer", "A footer needs words.");
  if (variablesIn(text).length > 0) throw componentRefusal("footer", "A footer takes no variables.");
  checkText(text, { where: "footer", maximum: 60, format: "POSITIONAL" });
}
