import type { ContactStore } from "../ports/contact-store.js";
import type { Recipients } from "../ports/recipients.js";

/** The default answer to "who can be told, and where": the contact store. */
export function contactRecipients<Tx>(contacts: ContactStore<Tx>): Recipients<Tx> {
  return {
    async find({ userIds, channel }, options) {
      const found = await contacts.getMany(userIds, options);
      return found.map(({ userId, name, locale, active, addresses }) => {
        const address = Object.hasOwn(addresses, channel) ? addresses[channel] : undefined;
        return {
          userId,
          name,
          locale,
          active,
          address: address?.address ?? null,
          optedOut: isSet(address?.optedOutAt),
          optedOutOfMarketing: isSet(address?.marketingOptedOutAt),
          lastInboundAt: address?.lastInboundAt ?? null,
          unreachableAt: address?.unreachableAt ?? null,
          unreachableReason: address?.unreachableReason ?? null,
        };
      });
    },
  };
}

function isSet(time: Date | null | undefined): boolean {
  return time !== null && time !== undefined;
}
