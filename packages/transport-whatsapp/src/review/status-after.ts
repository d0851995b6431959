import type { ChannelTemplateStatus, Failure } from "@callboard/core/adapter";

const statuses: ReadonlyMap<string | null, ChannelTemplateStatus> = new Map([
  ["132001", "missing"],
  ["132007", "rejected"],
  ["132015", "paused"],
  ["132016", "disabled"],
  ["paused", "paused"],
]);

/**
 * How a template stands whose message was refused like this; `null`: the code speaks of something else.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
 */
export function statusAfter({ providerCode }: Failure): ChannelTemplateStatus | null {
  return statuses.get(providerCode) ?? null;
}
