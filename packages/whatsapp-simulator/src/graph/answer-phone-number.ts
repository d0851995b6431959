import { type Answer, jsonAnswer } from "../http/answer.js";
import type { ResolvedOptions } from "../resolve-options.js";
import type { Simulation } from "../simulation.js";
import type { GraphCall } from "./graph-request.js";
import { type Fields, selectFields } from "./select-fields.js";

/**
 * Describes the business number.
 *
 * @see https://developers.facebook.com/docs/graph-api/reference/whats-app-business-account-to-number-current-status
 */
export function answerPhoneNumber({ options }: Simulation, { query }: GraphCall): Answer {
  const defaults = ["verified_name", "display_phone_number", "quality_rating", "code_verification_status"];
  return jsonAnswer(200, selectFields(options, fields, { asked: query.get("fields"), defaults }));
}

const fields: Fields<ResolvedOptions> = {
  id: ({ phoneNumberId }) => phoneNumberId,
  display_phone_number: ({ displayPhoneNumber }) => `+${displayPhoneNumber}`,
  verified_name: () => "Callboard Simulator",
  name_status: () => "APPROVED",
  code_verification_status: () => "VERIFIED",
  quality_rating: () => "GREEN",
  quality_score: () => ({ score: "GREEN" }),
  status: () => "CONNECTED",
  platform_type: () => "CLOUD_API",
  account_mode: () => "LIVE",
  throughput: ({ limits }) => ({ level: (limits.messagesPerSecond ?? 1_000) > 80 ? "HIGH" : "STANDARD" }),
  whatsapp_business_manager_messaging_limit: ({ limits }) => tierOf(limits.messagingLimit),
};

/** Meta writes thousands as K: `TIER_250`, `TIER_2K`. */
function tierOf(limit: number | null): string {
  if (limit === null) return "TIER_UNLIMITED";
  return limit % 1_000 === 0 ? `TIER_${limit / 1_000}K` : `TIER_${limit}`;
}
