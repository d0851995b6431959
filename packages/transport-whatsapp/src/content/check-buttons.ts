import type { RenderedButton } from "@callboard/core/adapter";
import { isBlank, lengthOf } from "./flatten.js";

interface Limits {
  readonly kind: string;
  readonly replies: number;
  readonly urls: number;
  readonly label: number;
}

const freeText: Limits = { kind: "a free text", replies: 3, urls: 1, label: 20 };
const approved: Limits = { kind: "a template", replies: 10, urls: 2, label: 25 };

/**
 * What WhatsApp would refuse about the buttons, each with its cure.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
 */
export function checkButtons(buttons: readonly RenderedButton[], asTemplate: boolean): string[] {
  const limits = asTemplate ? approved : freeText;
  return [
    ...checkCounts(buttons, limits),
    ...(asTemplate ? checkOrder(buttons) : checkOneKind(buttons)),
    ...checkDoubles(buttons),
    ...buttons.flatMap((button) => checkLabel(button.label, limits)),
    ...buttons.flatMap((button) =>
      button.type === "reply" ? checkId(button) : checkUrl(button, asTemplate),
    ),
  ];
}

function checkCounts(buttons: readonly RenderedButton[], { kind, replies, urls }: Limits): string[] {
  const found = buttons.filter(({ type }) => type === "reply").length;
  const problems: string[] = [];
  if (found > replies)
    problems.push(`WhatsApp allows ${replies} reply buttons in ${kind}, not ${found}; drop some.`);
  if (buttons.length - found > urls)
    problems.push(
      `WhatsApp allows ${urls} url button(s) in ${kind}, not ${buttons.length - found}; drop some.`,
    );
  if (buttons.length > 10 && found <= replies)
    problems.push(`WhatsApp allows 10 buttons in all, not ${buttons.length}; drop some.`);
  return problems;
}

function checkOneKind(buttons: readonly RenderedButton[]): string[] {
  if (new Set(buttons.map(({ type }) => type)).size < 2) return [];
  return [
    "WhatsApp shows replies or a url in a free text, not both; keep one kind, or send it as a template.",
  ];
}

function checkOrder(buttons: readonly RenderedButton[]): string[] {
  const changes = buttons.filter(({ type }, index) => index > 0 && type !== buttons[index - 1]?.type).length;
  if (changes < 2) return [];
  return ["WhatsApp wants reply buttons side by side; do not put a url button between them."];
}

function checkDoubles(buttons: readonly RenderedButton[]): string[] {
  const labels = buttons.map(({ label }) => label);
  const ids = buttons.flatMap((button) => (button.type === "reply" ? [button.id] : []));
  if (new Set(labels).size === labels.length && new Set(ids).size === ids.length) return [];
  return ["Two buttons have the same label or id; give each its own."];
}

function checkLabel(label: string, { kind, label: most }: Limits): string[] {
  if (!isBlank(label) && lengthOf(label) <= most) return [];
  return [`A button label in ${kind} has 1 to ${most} characters; change "${label}".`];
}

function checkId({ id, label }: { readonly id: string; readonly label: string }): string[] {
  if (!isBlank(id) && lengthOf(id) <= 256) return [];
  return [`The id of reply button "${label}" must have 1 to 256 characters; change it.`];
}

function checkUrl(button: Extract<RenderedButton, { type: "url" }>, asTemplate: boolean): string[] {
  const { url, label, suffix } = button;
  const problems: string[] = [];
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    problems.push(`The url of button "${label}" cannot be opened; start it with https:// and a host.`);
  if (lengthOf(url) > 2000)
    problems.push(`The url of button "${label}" is longer than 2000 characters; shorten it.`);
  if (asTemplate && suffix !== null && isBlank(suffix))
    problems.push(`The last part of the url of button "${label}" is empty; give its variable a value.`);
  return problems;
}
