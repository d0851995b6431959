import type { ContactStore } from "../ports/contact-store.js";
import type { Recipients } from "../ports/recipients.js";

/** The default answer to "who can be told, and where": the contact store. */
export function contactRecipients<Tx>(contacts: ContactStore<Tx>): Recipients<Tx> {
  return {
    async find({ userIds, channel }, options) {
      const found = await contacts.getMany(userIds, options);
      return found.map(({ userId, name, locale, active, addresses }) => {
        const address = Object.hasOwn(addresses, channel) ? addresses[channel] : undefined;
        const optedOut = address !== undefined && address.optedOutAt !== null;
        return {
          userId,
          name,
          locale,
          active,
          address: address?.address ?? null,
          optedOut,
          unreachableAt: address?.unreachableAt ?? null,
          unreachableReason: address?.unreachableReason ?? null,
        };
      });
    },
  };
}
