import type { JsonObject, TemplateIdentity } from "@callboard/core/adapter";
import { lengthOf } from "./flatten.js";

/** What a template says for WhatsApp alone. With it, the message is sent as a template that Meta has approved. */
export type WhatsappTemplateSettings = {
  /** What Meta reviews and charges it as. Staff notices are `UTILITY`. */
  readonly category: "UTILITY" | "MARKETING" | "AUTHENTICATION";
  /** Meta's language code, for example `en_US`. `en` and `en_US` are two languages. */
  readonly language: string;
  /** A line under the text, without variables. 1–60 characters. @default none */
  readonly footer?: string;
  /** The template's name at Meta: lower case letters, digits and `_`. @default the template's own name */
  readonly name?: string;
};

const categories = ["UTILITY", "MARKETING", "AUTHENTICATION"];
const known = ["category", "language", "footer", "name"];

/** The template's name at Meta. */
export function remoteName(settings: JsonObject, template: TemplateIdentity): string {
  return typeof settings.name === "string" ? settings.name : template.name;
}

/**
 * What is wrong with the settings, each with its cure. They may have been edited by people, so nothing is certain.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-management
 */
export function checkSettings(settings: JsonObject, template: TemplateIdentity): string[] {
  return [
    ...checkCategory(settings.category),
    ...checkLanguage(settings.language),
    ...checkFooter(settings.footer),
    ...checkName(settings.name ?? template.name),
    ...Object.keys(settings)
      .filter((key) => !known.includes(key))
      .map((key) => `WhatsApp knows no setting "${key}"; use ${known.join(", ")}.`),
  ];
}

function checkCategory(category: unknown): string[] {
  if (typeof category === "string" && categories.includes(category)) return [];
  return [`The WhatsApp category is missing or unknown; set it to ${categories.join(", ")}.`];
}

function checkLanguage(language: unknown): string[] {
  if (typeof language === "string" && /^[a-z]{2,3}(?:_[A-Z][A-Za-z]{1,3})?$/.test(language)) return [];
  return ['The WhatsApp language is missing or misspelt; write Meta\'s code, like "en" or "en_US".'];
}

function checkFooter(footer: unknown): string[] {
  if (footer === undefined) return [];
  const length = typeof footer === "string" ? lengthOf(footer.trim()) : 0;
  if (length >= 1 && length <= 60) return [];
  return ["The WhatsApp footer must have 1 to 60 characters; shorten it, or leave it out."];
}

function checkName(name: unknown): string[] {
  if (typeof name === "string" && /^[a-z0-9_]{1,512}$/.test(name)) return [];
  return [
    'WhatsApp allows only lower case letters, digits and "_" in a template name; rename the template, or set whatsapp.name.',
  ];
}
