import { isBlank, lengthOf } from "../flatten.js";
import { finding, type TemplateFinding } from "./finding.js";
import type { ButtonLimits } from "./limits.js";

export interface ButtonFacts {
  /** `reply`, `url`, `phone`, `code` or `otp`. */
  readonly kind: string;
  /** `null`: WhatsApp itself writes on it. */
  readonly label: string | null;
}

/** How many buttons there are of each kind, and in all. */
export function checkCounts(
  buttons: readonly ButtonFacts[],
  { place, total, kinds }: ButtonLimits,
): TemplateFinding[] {
  const tooMany = Object.entries(kinds).flatMap(([kind, most]) => {
    const found = buttons.filter((button) => button.kind === kind).length;
    return found > most ? [tooManyOf(`${kind} buttons`, most, found, place)] : [];
  });
  if (tooMany.length > 0 || buttons.length <= total) return tooMany;
  return [tooManyOf("buttons", total, buttons.length, place)];
}

/** Reply buttons of a template stand together, before or behind all others. */
export function checkOrder(buttons: readonly ButtonFacts[]): TemplateFinding[] {
  const isReply = buttons.map(({ kind }) => kind === "reply");
  const changes = isReply.filter((reply, index) => index > 0 && reply !== isReply[index - 1]).length;
  if (changes < 2) return [];
  return [
    finding(
      "button-order",
      "buttons",
      "WhatsApp wants reply buttons side by side, before or behind all others.",
      "Do not mix them with other buttons.",
    ),
  ];
}

/** Labels: each its own, and of an allowed length. */
export function checkLabels(
  buttons: readonly ButtonFacts[],
  { place, label: most }: ButtonLimits,
): TemplateFinding[] {
  const labels = buttons.map(({ label }) => label);
  return labels.flatMap((label, index) => {
    if (label === null) return [];
    const component = `buttons[${index}].label`;
    if (isBlank(label) || lengthOf(label) > most) return [badLabel(component, label, most, place)];
    return labels.indexOf(label) < index ? [sameTwice(component, `the label "${label}"`)] : [];
  });
}

export function sameTwice(component: string, what: string): TemplateFinding {
  return finding("button-twice", component, `Two buttons have ${what}.`, "Give each its own.");
}

function tooManyOf(what: string, most: number, found: number, place: string): TemplateFinding {
  const problem = `WhatsApp allows ${most} ${most === 1 ? what.replace(/s$/, "") : what} in ${place}, not ${found}.`;
  return finding("button-count", "buttons", problem, "Drop some.");
}

function badLabel(component: string, label: string, most: number, place: string): TemplateFinding {
  const problem = `A button label in ${place} has 1 to ${most} characters.`;
  return finding("button-label", component, problem, `Change "${label}".`);
}
