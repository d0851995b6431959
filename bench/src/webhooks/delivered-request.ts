import { signedRequest } from "@callboard/tests/experiments/webhook-abuse.ts";
import { sampleAccount } from "@callboard/tests/experiments/webhook-samples.ts";
import type { SentMessage } from "../storage/send-some.ts";

export type ReportedMessage = Pick<SentMessage, "attemptId" | "providerMessageId">;

/** What Meta posts when these messages have been delivered, just now and all at once. */
export function deliveredRequest(messages: readonly ReportedMessage[]): Request {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const statuses = messages.map(({ attemptId, providerMessageId }, index) => ({
    id: providerMessageId,
    status: "delivered",
    timestamp,
    recipient_id: `26377${String(1_000_000 + index)}`,
    biz_opaque_callback_data: `cb1:${attemptId}`,
    pricing: { billable: true, pricing_model: "PMP", type: "regular", category: "utility" },
  }));
  const metadata = { display_phone_number: "15550100001", phone_number_id: sampleAccount.phoneNumberId };
  const value = { messaging_product: "whatsapp", metadata, statuses };
  const entry = [{ id: "200000000000002", changes: [{ field: "messages", value }] }];
  return signedRequest(JSON.stringify({ object: "whatsapp_business_account", entry }));
}
