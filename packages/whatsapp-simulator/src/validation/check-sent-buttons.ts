import { GraphError } from "../graph/graph-error.js";
import type { StoredButton } from "../templates/stored-template.js";
import { subTypeOf } from "../templates/template-parts.js";
import { placeholderNames } from "./placeholders.js";
import { buttonIndex, type TemplateComponent, type TemplateContent } from "./template-schema.js";

/**
 * Compares the buttons of a send with the template's: dynamic ones must be listed, static ones must not.
 *
 * @throws {GraphError} 131008 a value is missing, 132018 no such button or one that takes no value.
 */
export function checkSentButtons(buttons: readonly StoredButton[], { components }: TemplateContent): void {
  const sent = components.filter(({ type }) => type === "button");
  for (const component of sent) checkButton(buttons, component);
  buttons.forEach((button, index) => {
    const component = sent.find((candidate) => buttonIndex(candidate) === index);
    if (!needsValue(button) || (component?.parameters.length ?? 0) > 0) return;
    const details = `buttons: Button at index ${index} of type ${kind(button)} requires a parameter`;
    throw new GraphError(131008, { details });
  });
}

function checkButton(buttons: readonly StoredButton[], component: TemplateComponent): void {
  const { sub_type, parameters } = component;
  const index = buttonIndex(component);
  const button = buttons[index];
  const where = `buttons: Button at index ${index}`;
  if (button === undefined || subTypeOf(button) !== sub_type) {
    const details = `${where} of type ${sub_type ?? "unknown"} does not exist in the template`;
    throw new GraphError(132018, { details });
  }
  const isStatic = subTypeOf(button) === "url" && !needsValue(button);
  if (isStatic && parameters.length > 0) {
    throw new GraphError(132018, { details: `${where} of type Url does not take parameters` });
  }
  const expected = parameterTypes.get(sub_type);
  const [first] = parameters;
  if (expected === undefined || first === undefined || first.type === expected) return;
  const details = `${where} of type ${kind(button)} takes a parameter of type ${expected}, not ${first.type}`;
  throw new GraphError(132018, { details });
}

/** The kind of value that each kind of button takes. */
const parameterTypes: ReadonlyMap<string, string> = new Map([
  ["url", "text"],
  ["quick_reply", "payload"],
  ["copy_code", "coupon_code"],
]);

/** A quick reply may leave its payload out: the label comes back then. */
function needsValue(button: StoredButton): boolean {
  if (button.type === "URL") return placeholderNames(button.url ?? "").length > 0;
  return button.type === "COPY_CODE" || button.type === "OTP";
}

/** As Meta writes it: `Url`, `CopyCode`. */
function kind(button: StoredButton): string {
  return subTypeOf(button).replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
