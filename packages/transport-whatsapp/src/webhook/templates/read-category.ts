import { asText, type Fields } from "../../narrow.js";
import { type News, wordIn } from "../news.js";
import { nameOf, type TemplateReference } from "./template-reference.js";

/**
 * Reads a `template_category_update`. In the notice that comes a day before, `new_category` is the present one.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-categorization
 */
export function readCategory(
  value: Fields,
  template: TemplateReference,
  at: Date,
  news: News,
): string | null {
  const category = asText(value.new_category);
  const coming = asText(value.correct_category);
  if (category === null && coming === null) return "names no category";
  if (category !== null) news.templateNews.push({ ...template, status: null, category, reason: null, at });
  const charge =
    coming === null
      ? `is charged as ${wordIn(category)} from now on`
      : `will be charged as ${wordIn(coming)} a day from then`;
  news.alerts.push({
    kind: "template_category_update",
    message: `The template ${nameOf(template)} ${charge}.`,
    hint: "Check what it costs now; ask Meta for a review in WhatsApp Manager if the category is wrong.",
    pauseForMs: null,
    at,
  });
  return null;
}
