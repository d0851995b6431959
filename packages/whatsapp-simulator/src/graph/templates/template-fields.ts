import type { StoredTemplate } from "../../templates/stored-template.js";
import { unixSeconds } from "../../unix-seconds.js";
import type { Fields } from "../select-fields.js";

/**
 * What can be read of a template.
 *
 * @see https://developers.facebook.com/docs/graph-api/reference/whats-app-business-hsm
 */
export const templateFields: Fields<StoredTemplate> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  language: ({ language }) => language,
  status: ({ status }) => status,
  category: ({ category }) => category,
  previous_category: ({ previousCategory }) => previousCategory,
  correct_category: ({ correctCategory }) => correctCategory,
  sub_category: () => null,
  components: ({ components }) => components,
  parameter_format: ({ parameterFormat }) => parameterFormat,
  quality_score: ({ qualityScore, updatedAt }) => ({ score: qualityScore, date: unixSeconds(updatedAt) }),
  rejected_reason: ({ rejectedReason }) => rejectedReason,
  last_updated_time: ({ updatedAt }) => updatedAt.toISOString().replace(".000Z", "+0000"),
  message_send_ttl_seconds: ({ timeToLiveSeconds }) => timeToLiveSeconds,
  library_template_name: () => null,
  source: () => null,
};

/** What a call without `fields` reads. */
export const defaultTemplateFields = [
  "name",
  "parameter_format",
  "components",
  "language",
  "status",
  "category",
  "previous_category",
  "id",
];
