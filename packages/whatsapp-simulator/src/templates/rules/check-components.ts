import type { TemplateCategory } from "../stored-template.js";
import type { DraftComponent } from "../template-draft.js";
import { checkBody } from "./check-body.js";
import { checkButtons } from "./check-buttons.js";
import { checkFooter } from "./check-footer.js";
import { checkHeader } from "./check-header.js";
import { componentsRefusal } from "./refusals.js";

/** Kinds that are stored without a closer look. */
const unchecked: ReadonlySet<string> = new Set(["CAROUSEL", "LIMITED_TIME_OFFER", "CALL_PERMISSION_REQUEST"]);

/**
 * Holds the parts of a template to every rule that Meta checks at once, in the order in which they are shown.
 *
 * @throws {GraphError} 100 with the subcode of the first rule that is broken.
 * @see https://developers.facebook.com/docs/whatsapp/business-management-api/message-templates/components
 */
export function checkComponents(
  components: readonly DraftComponent[],
  { category, format }: { category: TemplateCategory; format: "POSITIONAL" | "NAMED" },
): void {
  for (const component of components) checkComponent(component, { components, format });
  const body = components.find(({ type }) => type === "BODY");
  // Meta writes the words of a one-time code itself.
  const isPreset = category === "AUTHENTICATION" && body !== undefined && body.text === undefined;
  if (!isPreset) checkBody(body ?? {}, format);
}

function checkComponent(
  component: DraftComponent,
  { components, format }: { components: readonly DraftComponent[]; format: "POSITIONAL" | "NAMED" },
): void {
  const { type } = component;
  if (components.filter((other) => other.type === type).length > 1)
    throw componentsRefusal(`There are two of ${type}.`);
  if (type === "HEADER") checkHeader(component, format);
  else if (type === "FOOTER") checkFooter(component);
  else if (type === "BUTTONS") checkButtons(component.buttons ?? []);
  else if (type !== "BODY" && !unchecked.has(type)) throw componentsRefusal(`The type ${type} is unknown.`);
}
