import type { Fields } from "../../narrow.js";
import { type News, wordIn } from "../news.js";
import { readCategory } from "./read-category.js";
import { readQuality } from "./read-quality.js";
import { readReview } from "./read-review.js";
import { referenceIn } from "./template-reference.js";

/**
 * Reads the value of a change that names a template: of its review, its quality or its category. Which it is follows from the
 * keys, because Meta's own samples do not always carry the right field.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/message_template_status_update
 */
export function readTemplateChange(value: Fields, at: Date, news: News): string | null {
  const reference = referenceIn(value);
  if (reference.remoteId === null && (reference.remoteName === null || reference.language === null))
    return "does not say which template it means";
  if (value.event !== undefined) return readReview(value, reference, at, news);
  if (value.new_quality_score !== undefined) return readQuality(value, reference, at, news);
  if (value.new_category !== undefined || value.correct_category !== undefined)
    return readCategory(value, reference, at, news);
  return `says nothing known about the template ${wordIn(reference.remoteName)}`;
}
