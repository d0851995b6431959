import type { ShownContent, SimulatedButton } from "../simulated-message.js";
import type { StoredButton, StoredTemplate } from "../templates/stored-template.js";
import { partsOf } from "../templates/template-parts.js";
import { fillPlaceholders, placeholderNames } from "../validation/placeholders.js";
import {
  buttonIndex,
  parametersOf,
  type TemplateComponent,
  type TemplateContent,
  type TemplateParameter,
} from "../validation/template-schema.js";
import { mediaLabel } from "./media-label.js";

/** What the person sees. A template whose words are not known shows its name and its parameters. */
export function renderTemplate(template: StoredTemplate | null, content: TemplateContent): ShownContent {
  const parts = partsOf(template?.components ?? []);
  const parameters = (type: "header" | "body") => parametersOf(content, type);
  const buttonOf = (index: number) =>
    content.components.find((found) => found.type === "button" && buttonIndex(found) === index);
  return {
    header: renderHeader(parts.header?.text, parameters("header")),
    text:
      parts.body?.text === undefined
        ? listParameters(content, parameters("body"))
        : fillPlaceholders(parts.body.text, shownValues(parameters("body"))),
    footer: parts.footer?.text ?? null,
    buttons:
      template === null
        ? guessButtons(content)
        : parts.buttons.map((button, index) => renderButton(button, buttonOf(index))),
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

function renderButton(button: StoredButton, sent: TemplateComponent | undefined): SimulatedButton {
  const [parameter] = sent?.parameters ?? [];
  const text = button.text ?? standardLabels.get(button.type) ?? button.type;
  if (button.type === "QUICK_REPLY")
    return { type: "quick_reply", text, payload: parameter?.payload ?? text };
  if (button.type !== "URL") return { type: "other", text };
  return { type: "url", text, url: fillUrl(button.url ?? "", parameter?.text ?? "") };
}

/** WhatsApp labels these itself when the template does not. */
const standardLabels: ReadonlyMap<string, string> = new Map([
  ["COPY_CODE", "Copy offer code"],
  ["OTP", "Copy code"],
  ["SPM", "View"],
  ["CATALOG", "View catalog"],
]);

/** The variable may be numbered or named, but there is only one. */
function fillUrl(url: string, value: string): string {
  const [name = "1"] = placeholderNames(url);
  return fillPlaceholders(url, new Map([[name, value]]));
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
