import type { RenderedContent, TemplateIdentity } from "@callboard/core/adapter";
import { checkButtons } from "./check-buttons.js";
import { flatten, isBlank, lengthOf } from "./flatten.js";
import { checkSettings } from "./template-settings.js";

/**
 * Why WhatsApp would refuse this content, each reason with its cure; empty when it would not.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
 */
export function checkContent(content: RenderedContent, template: TemplateIdentity): readonly string[] {
  const { text, channel, buttons, variables } = content;
  const asTemplate = channel !== null;
  const problems = isBlank(text) ? ["The text is empty; write something people can read."] : [];
  if (asTemplate) problems.push(...checkSettings(channel, template), ...checkVariables(content));
  else problems.push(...checkFreeText(text, buttons.length > 0));
  if (channel?.category === "AUTHENTICATION") problems.push(...checkCodes(variables ?? []));
  return [...problems, ...checkButtons(buttons, asTemplate)];
}

function checkFreeText(text: string, withButtons: boolean): string[] {
  const most = withButtons ? 1024 : 4096;
  const length = lengthOf(text);
  if (length <= most) return [];
  const cure = withButtons ? "shorten it, or drop the buttons" : "shorten it";
  return [`The text has ${length} characters, WhatsApp allows ${most} here; ${cure}.`];
}

function checkVariables({ text, variables }: RenderedContent): string[] {
  if (variables === null) {
    return [
      "A WhatsApp template cannot express if, for or other control flow; work it out before and print it as one variable.",
    ];
  }
  // A flattened value can be longer than what was rendered: a line break becomes three characters.
  const growth = variables.reduce((sum, value) => sum + Math.max(0, grownBy(value)), 0);
  const length = lengthOf(text) + growth;
  if (length <= 1024) return [];
  return [
    `The text has ${length} characters with its values, a WhatsApp template holds 1024; shorten the values or the body.`,
  ];
}

function checkCodes(variables: readonly string[]): string[] {
  if (variables.every((value) => lengthOf(flatten(value)) <= 15)) return [];
  return ["A variable of an AUTHENTICATION template holds 15 characters; shorten it, or use UTILITY."];
}

function grownBy(value: string): number {
  return lengthOf(flatten(value)) - lengthOf(value);
}
