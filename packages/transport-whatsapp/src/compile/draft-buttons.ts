import type { RenderedButton, TemplateButton } from "@callboard/core/adapter";
import type { TemplateFinding } from "../content/rules/finding.js";
import { numberSource } from "./number-source.js";
import { noPart, ownBraces, type Part } from "./part.js";
import type { ButtonComponent } from "./template-payload.js";
import type { TemplateSource } from "./template-source.js";

interface DraftedButton {
  readonly button: ButtonComponent | null;
  readonly findings: readonly TemplateFinding[];
}

/** The buttons in their order. */
export function draftButtons({ version, sample }: TemplateSource): Part {
  const { name, buttons } = version;
  if (buttons.length === 0) return noPart;
  const drafted = buttons.map((button, index) =>
    button.type === "reply"
      ? reply(button.label)
      : link(name, button, sample.buttons[index], `buttons[${index}].url`),
  );
  return {
    component: { type: "BUTTONS", buttons: drafted.flatMap(({ button }) => button ?? []) },
    findings: drafted.flatMap(({ findings }) => findings),
  };
}

function reply(text: string): DraftedButton {
  return { button: { type: "QUICK_REPLY", text }, findings: [] };
}

function link(
  template: string,
  { label, url: source }: Extract<TemplateButton, { type: "url" }>,
  rendered: RenderedButton | undefined,
  component: string,
): DraftedButton {
  const { numbered, finding } = numberSource({ template, source, component });
  if (numbered === null) return { button: null, findings: [finding] };
  const { text: url, expressions, ownBracesAt } = numbered;
  const isKnown = expressions.length > 0 && rendered?.type === "url";
  return {
    button: { type: "URL", text: label, url, ...(isKnown && { example: [rendered.url] }) },
    findings: ownBracesAt === null ? [] : [ownBraces(component, null)],
  };
}
