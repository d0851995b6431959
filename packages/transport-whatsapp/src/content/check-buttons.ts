import type { RenderedButton } from "@callboard/core/adapter";
import { isBlank, lengthOf } from "./flatten.js";
import { checkCounts, checkLabels, checkOrder, sameTwice } from "./rules/check-button-set.js";
import { checkAddress } from "./rules/check-texts.js";
import { finding, type TemplateFinding } from "./rules/finding.js";
import { freeTextButtons, lengths, templateButtons } from "./rules/limits.js";

/**
 * What WhatsApp would refuse about the buttons as one person gets them, each with its cure.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
 */
export function checkButtons(buttons: readonly RenderedButton[], asTemplate: boolean): TemplateFinding[] {
  const limits = asTemplate ? templateButtons : freeTextButtons;
  const facts = buttons.map(({ type, label }) => ({ kind: type, label }));
  return [
    ...checkCounts(facts, limits),
    ...(asTemplate ? checkOrder(facts) : checkOneKind(buttons)),
    ...checkLabels(facts, limits),
    ...checkIds(buttons),
    ...buttons.flatMap((button, index) => (button.type === "url" ? checkUrl(button, index, asTemplate) : [])),
  ];
}

function checkOneKind(buttons: readonly RenderedButton[]): TemplateFinding[] {
  if (new Set(buttons.map(({ type }) => type)).size < 2) return [];
  return [
    finding(
      "button-kind",
      "buttons",
      "WhatsApp shows replies or a url in a free text, not both.",
      "Keep one kind, or send it as a template.",
    ),
  ];
}

function checkIds(buttons: readonly RenderedButton[]): TemplateFinding[] {
  const ids = buttons.map((button) => (button.type === "reply" ? button.id : null));
  return ids.flatMap((id, index) => {
    if (id === null) return [];
    const component = `buttons[${index}].id`;
    if (isBlank(id) || lengthOf(id) > lengths.buttonId) return [badId(component, buttons[index]?.label)];
    return ids.indexOf(id) < index ? [sameTwice(component, `the id "${id}"`)] : [];
  });
}

function badId(component: string, label: string | undefined): TemplateFinding {
  const problem = `The id of reply button "${label}" must have 1 to ${lengths.buttonId} characters.`;
  return finding("button-id", component, problem, "Change it.");
}

type UrlButton = Extract<RenderedButton, { type: "url" }>;

function checkUrl({ url, label, suffix }: UrlButton, index: number, asTemplate: boolean): TemplateFinding[] {
  const say = (problem: string, cure: string) =>
    finding("button-url", `buttons[${index}].url`, `The ${problem}`, cure);
  const flaw = checkAddress(url);
  const problems: TemplateFinding[] = [];
  if (flaw === "unreadable")
    problems.push(say(`url of button "${label}" cannot be opened.`, "Start it with https:// and a host."));
  if (flaw === "long")
    problems.push(say(`url of button "${label}" is longer than ${lengths.url} characters.`, "Shorten it."));
  if (asTemplate && suffix !== null && isBlank(suffix))
    problems.push(say(`last part of the url of button "${label}" is empty.`, "Give its variable a value."));
  return problems;
}
