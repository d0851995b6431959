import type { ShownContent, SimulatedButton } from "../simulated-message.js";
import type { KnownTemplate } from "../simulated-template.js";
import { fillPlaceholders } from "../validation/placeholders.js";
import type { TemplateComponent, TemplateContent, TemplateParameter } from "../validation/template-schema.js";
import { mediaLabel } from "./media-label.js";

/** What the person sees. A template whose words are not known shows its name and its parameters. */
export function renderTemplate(template: KnownTemplate | null, content: TemplateContent): ShownContent {
  const parameters = (type: string) =>
    content.components.find((found) => found.type === type)?.parameters ?? [];
  const buttonOf = (index: number) =>
    content.components.find((found) => found.type === "button" && Number(found.index ?? 0) === index);
  return {
    header: renderHeader(template?.header, parameters("header")),
    text:
      template?.body === undefined
        ? listParameters(content, parameters("body"))
        : fillPlaceholders(template.body, shownValues(parameters("body"))),
    footer: template?.footer ?? null,
    buttons:
      template === null
        ? guessButtons(content)
        : template.buttons.map((button, index) => renderButton(button, buttonOf(index))),
  };
}

function renderHeader(header: string | undefined, parameters: readonly TemplateParameter[]): string | null {
  if (header !== undefined) return fillPlaceholders(header, shownValues(parameters));
  const [first] = parameters;
  if (first === undefined) return null;
  return first.type === "text" ? shownValue(first) : mediaLabel(first.type);
}

function listParameters(
  { name, language }: TemplateContent,
  parameters: readonly TemplateParameter[],
): string {
  const lines = parameters.map((parameter, index) => {
    return `{{${parameter.parameter_name ?? index + 1}}} ${shownValue(parameter)}`;
  });
  return [`Template ${name} (${language.code})`, ...lines].join("\n");
}

function shownValues(parameters: readonly TemplateParameter[]): ReadonlyMap<string, string> {
  return new Map(
    parameters.map((parameter, index) => [
      parameter.parameter_name ?? String(index + 1),
      shownValue(parameter),
    ]),
  );
}

/** Cloud API always shows the fallback of money and dates, never the localized form. */
function shownValue({ type, text, currency, date_time, payload, coupon_code }: TemplateParameter): string {
  return (
    text ??
    currency?.fallback_value ??
    date_time?.fallback_value ??
    payload ??
    coupon_code ??
    mediaLabel(type)
  );
}

function renderButton(
  button: KnownTemplate["buttons"][number],
  sent: TemplateComponent | undefined,
): SimulatedButton {
  const [parameter] = sent?.parameters ?? [];
  if (button.type === "quick_reply") {
    return { type: "quick_reply", text: button.text, payload: parameter?.payload ?? button.text };
  }
  if (button.type !== "url") return { type: "other", text: button.text };
  const values = new Map([["1", parameter?.text ?? ""]]);
  return { type: "url", text: button.text, url: fillPlaceholders(button.url, values) };
}

/** Labels live in the template, so an unknown one can only be numbered. */
function guessButtons({ components }: TemplateContent): SimulatedButton[] {
  const sent = components.filter(({ type }) => type === "button");
  return sent.map(({ sub_type, index, parameters }, position) => {
    const text = `Button ${Number(index ?? position) + 1}`;
    if (sub_type !== "quick_reply") return { type: "other", text };
    return { type: "quick_reply", text, payload: parameters[0]?.payload ?? text };
  });
}
