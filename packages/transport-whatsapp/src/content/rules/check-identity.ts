import { finding, type TemplateFinding } from "./finding.js";
import { timesToLive } from "./limits.js";

/** Meta's name for the template: `^[a-z0-9_]{1,512}$`. */
export function checkName(name: unknown): TemplateFinding[] {
  if (typeof name === "string" && /^[a-z0-9_]{1,512}$/.test(name)) return [];
  return [
    finding(
      "name",
      "name",
      'WhatsApp allows only lower case letters, digits and "_" in a template name, at most 512.',
      "Rename the template, or set whatsapp.name.",
    ),
  ];
}

/** Meta's language code; `en` and `en_US` are two languages. */
export function checkLanguage(language: unknown): TemplateFinding[] {
  if (typeof language === "string" && /^[a-z]{2,3}(?:_[A-Z][A-Za-z]{1,3})?$/.test(language)) return [];
  return [
    finding(
      "language",
      "language",
      "The WhatsApp language is missing or misspelt.",
      'Write Meta\'s code, like "en" or "en_US".',
    ),
  ];
}

export function checkCategory(category: unknown): TemplateFinding[] {
  if (timesToLive.has(category)) return [];
  return [
    finding(
      "category",
      "category",
      "The WhatsApp category is missing or unknown.",
      `Set it to ${[...timesToLive.keys()].join(", ")}.`,
    ),
  ];
}

/** Whole seconds within the range of the category; nothing to check where there are none. */
export function checkTimeToLive(seconds: unknown, category: unknown): TemplateFinding[] {
  const range = timesToLive.get(category);
  if (seconds === undefined || range === undefined) return [];
  const { least, most, forever } = range;
  const inRange = Number.isInteger(seconds) && Number(seconds) >= least && Number(seconds) <= most;
  if (inRange || (forever && seconds === -1)) return [];
  return [
    finding(
      "time-to-live",
      "timeToLiveSeconds",
      `A ${category} message lives ${least} to ${most} seconds at WhatsApp.`,
      `Choose whole seconds in that range${forever ? ", or -1 for 30 days" : ""}.`,
    ),
  ];
}
