import type { JsonObject, RenderedContent, TemplateIdentity } from "@callboard/core/adapter";
import { checkButtons } from "./check-buttons.js";
import { checkHeaderValues } from "./check-header-values.js";
import { checkSettings } from "./check-settings.js";
import { flatten, growthOf, isBlank, lengthOf } from "./flatten.js";
import { checkCategory, checkLanguage, checkName, checkTimeToLive } from "./rules/check-identity.js";
import { checkFooter } from "./rules/check-texts.js";
import { finding, sentencesOf, type TemplateFinding } from "./rules/finding.js";
import { lengths } from "./rules/limits.js";
import { remoteName } from "./template-settings.js";

/**
 * Why WhatsApp would refuse this content, each reason with its cure; empty when it would not.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
 */
export function checkContent(content: RenderedContent, template: TemplateIdentity): readonly string[] {
  const { channel } = content;
  const found = channel === null ? checkFreeText(content) : checkAsTemplate(content, channel, template);
  return found.map(sentencesOf);
}

/** Why WhatsApp would refuse this content as free text. */
export function checkFreeText({ text, buttons }: RenderedContent): TemplateFinding[] {
  const most = buttons.length > 0 ? lengths.body : lengths.freeText;
  const cure = buttons.length > 0 ? "Shorten it, or drop the buttons." : "Shorten it.";
  const length = lengthOf(text);
  const long = `The text has ${length} characters, WhatsApp allows ${most} here.`;
  return [
    ...checkBlank(text),
    ...(length > most ? [finding("body-length", "body", long, cure)] : []),
    ...checkButtons(buttons, false),
  ];
}

function checkAsTemplate(
  content: RenderedContent,
  settings: JsonObject,
  template: TemplateIdentity,
): TemplateFinding[] {
  const { category, language, footer, timeToLiveSeconds } = settings;
  const unreadable = checkSettings(settings);
  return [
    ...checkBlank(content.text),
    ...checkCategory(category),
    ...checkLanguage(language),
    ...checkName(remoteName(settings, template)),
    ...checkTimeToLive(timeToLiveSeconds, category),
    ...(footer === undefined ? [] : checkFooter(footer)),
    ...unreadable,
    ...(unreadable.length === 0 ? checkHeaderValues(content) : []),
    ...checkVariables(content),
    ...(category === "AUTHENTICATION" ? checkCodes(content.variables ?? []) : []),
    ...checkButtons(content.buttons, true),
  ];
}

function checkBlank(text: string): TemplateFinding[] {
  if (!isBlank(text)) return [];
  return [finding("body-length", "body", "The text is empty.", "Write something people can read.")];
}

function checkVariables({ text, variables }: RenderedContent): TemplateFinding[] {
  if (variables === null) {
    return [
      finding(
        "control-flow",
        "body",
        "A WhatsApp template cannot express if, for or other control flow.",
        "Work it out before and print it as one variable.",
      ),
    ];
  }
  const length = lengthOf(text) + growthOf(variables);
  if (length <= lengths.body) return [];
  const problem = `The text has ${length} characters with its values, a WhatsApp template holds ${lengths.body}.`;
  return [finding("body-length", "body", problem, "Shorten the values or the body.")];
}

function checkCodes(variables: readonly string[]): TemplateFinding[] {
  const most = lengths.authenticationValue;
  if (variables.every((value) => lengthOf(flatten(value)) <= most)) return [];
  const problem = `A variable of an AUTHENTICATION template holds ${most} characters.`;
  return [finding("authentication", "body", problem, "Shorten it, or use UTILITY.")];
}
