import { GraphError } from "../graph/graph-error.js";
import { countCharacters } from "./characters.js";
import type { TemplateContent, TemplateParameter } from "./template-schema.js";

/**
 * The rules that hold for every value of every template.
 *
 * @throws {GraphError} 131008 for an empty value, 132018 for one WhatsApp cannot show, 132005 for one too long.
 */
export function checkTemplateValues({ components }: TemplateContent): void {
  for (const component of components) {
    component.parameters.forEach((parameter, index) => {
      checkValue(parameter, `${component.type}: Parameter at index ${index}`);
    });
  }
}

function checkValue(parameter: TemplateParameter, where: string): void {
  if (parameter.type === "text") checkText(parameter, where);
  else checkField(parameter);
}

function checkText({ text }: TemplateParameter, where: string): void {
  if (text === undefined || text.trim() === "") {
    throw new GraphError(131008, { details: "Parameter of type text is missing text value" });
  }
  if (/[\n\r\t]| {5}/.test(text)) {
    const details = `${where}: Param text cannot have new-line/tab characters or more than 4 consecutive spaces`;
    throw new GraphError(132018, { details });
  }
  if (countCharacters(text) > 1024) {
    throw new GraphError(132005, { details: `${where} is longer than 1024 characters` });
  }
}

/** These types carry their value in a field of their own name. */
const ownField = new Set([
  "currency",
  "date_time",
  "payload",
  "coupon_code",
  "image",
  "video",
  "document",
  "location",
]);

function checkField(parameter: TemplateParameter): void {
  const { type } = parameter;
  if (ownField.has(type) && (parameter[type] === undefined || parameter[type] === "")) {
    throw new GraphError(131008, { details: `Parameter of type ${type} is missing ${type} value` });
  }
}
