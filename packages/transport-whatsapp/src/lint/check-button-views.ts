import { isBlank, lengthOf } from "../content/flatten.js";
import { checkCounts, checkLabels, checkOrder } from "../content/rules/check-button-set.js";
import { checkAddress } from "../content/rules/check-texts.js";
import { finding, type TemplateFinding } from "../content/rules/finding.js";
import { lengths, templateButtons } from "../content/rules/limits.js";
import { isExample } from "./check-variables.js";
import { placeholdersOf, strayBraces } from "./placeholders.js";
import type { ButtonView } from "./template-view.js";

// Meta writes on these itself, in the reader's language.
const ownLabel = ["code", "otp"];

/** What Meta would refuse about the buttons. */
export function checkButtonViews(buttons: readonly ButtonView[]): TemplateFinding[] {
  const facts = buttons.map(({ kind, label }) => ({
    kind,
    label: label ?? (ownLabel.includes(kind) ? null : ""),
  }));
  return [
    ...checkCounts(facts, templateButtons),
    ...checkOrder(facts),
    ...checkLabels(facts, templateButtons),
    ...buttons.flatMap((button, index) => checkButton(button, `buttons[${index}]`)),
  ];
}

function checkButton(button: ButtonView, component: string): TemplateFinding[] {
  const { kind, label } = button;
  if (!Object.hasOwn(templateButtons.kinds, kind)) return [unknownKind(kind, component)];
  const inLabel = placeholdersOf(label ?? "").length > 0 ? [variableInLabel(`${component}.label`)] : [];
  if (kind === "url") return [...inLabel, ...checkUrl(button, `${component}.url`)];
  if (kind === "phone") return [...inLabel, ...checkPhone(button, `${component}.phone`)];
  if (kind === "code") return [...inLabel, ...checkCode(button, `${component}.example`)];
  return inLabel;
}

function checkUrl({ url, examples }: ButtonView, component: string): TemplateFinding[] {
  const say = (problem: string, cure: string) => finding("button-url", component, problem, cure);
  if (typeof url !== "string" || isBlank(url))
    return [say("The url is missing.", "Start it with https:// and a host.")];
  const fixed = url.replace(/\{\{1\}\}$/, "");
  const flaw = checkAddress(fixed);
  const problems: TemplateFinding[] = [];
  if (flaw === "unreadable")
    problems.push(say("The url cannot be opened.", "Start it with https:// and a host."));
  if (lengthOf(url) > lengths.url)
    problems.push(say(`The url is longer than ${lengths.url} characters.`, "Shorten it."));
  if (placeholdersOf(fixed).length > 0 || strayBraces(fixed) >= 0)
    problems.push(
      say("A url has one variable, and only at its very end.", "Put what varies into one variable there."),
    );
  if (fixed !== url && !(examples.length === 1 && isExample(examples[0])))
    problems.push(noExample(component));
  return problems;
}

function checkPhone({ phone }: ButtonView, component: string): TemplateFinding[] {
  if (typeof phone === "string" && lengthOf(phone) <= lengths.phone && /^\+?\d+$/.test(phone)) return [];
  const problem = `The phone number of a button has 1 to ${lengths.phone} digits.`;
  return [finding("button-phone", component, problem, "Write it with its country code, without spaces.")];
}

function checkCode({ examples }: ButtonView, component: string): TemplateFinding[] {
  const [code] = examples;
  if (isExample(code) && lengthOf(String(code)) <= lengths.couponCode) return [];
  const problem = `The code to copy needs an example of 1 to ${lengths.couponCode} characters.`;
  return [finding("button-code", component, problem, "Give a shorter one.")];
}

function noExample(component: string): TemplateFinding {
  const problem = "WhatsApp wants an example of a url that has a variable.";
  return finding("examples", component, problem, "Give its variable a value in the template's sample.");
}

function variableInLabel(component: string): TemplateFinding {
  return finding(
    "button-label",
    component,
    "A button label has no variables.",
    "Write the same for everybody.",
  );
}

function unknownKind(kind: string, component: string): TemplateFinding {
  const problem = `The button's kind ${kind || "is missing, or"} is not known here.`;
  return finding("button-kind", component, problem, "Use reply, url, phone or code buttons.");
}
