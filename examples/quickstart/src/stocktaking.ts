import type { Told } from "./a-day-at-the-shop.ts";
import type { ShopCallboard } from "./shop-callboard.ts";

/** `--burst 200`: one call that tells so many people; kill the process in the middle, and start it again. */
export async function remindEveryone(callboard: ShopCallboard, count: number): Promise<Told[]> {
  const helpers = Array.from({ length: count }, (_, index) => ({
    userId: `helper-${index + 1}`,
    name: `Helper ${index + 1}`,
    addresses: { whatsapp: `+26377${2_000_001 + index}` },
  }));
  await callboard.contacts.save(helpers);
  const result = await callboard.queueNotificationsToUsers({
    template: "stocktaking_reminder",
    userIds: helpers.map(({ userId }) => userId),
    context: { day: "Friday" },
    idempotencyKey: "stocktaking-2026-11",
  });
  return [{ event: "stocktaking", result }];
}
