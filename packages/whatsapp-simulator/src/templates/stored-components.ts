import type { StoredComponent, TemplateCategory } from "./stored-template.js";
import type { DraftComponent } from "./template-draft.js";

/** The parts of a checked template as the account holds them. Meta writes the words of one-time codes itself. */
export function storedComponents(
  components: readonly DraftComponent[],
  category: TemplateCategory,
): readonly StoredComponent[] {
  if (category !== "AUTHENTICATION") return components;
  return components.map((component) => {
    if (component.text !== undefined) return component;
    if (component.type === "BODY") return { ...component, text: codeBody(component) };
    if (component.type === "FOOTER") return { ...component, text: codeFooter(component) };
    return component;
  });
}

function codeBody({ add_security_recommendation }: DraftComponent): string {
  const code = "*{{1}}* is your verification code.";
  return add_security_recommendation === true ? `${code} For your security, do not share this code.` : code;
}

function codeFooter({ code_expiration_minutes }: DraftComponent): string {
  return `This code expires in ${code_expiration_minutes} minutes.`;
}
