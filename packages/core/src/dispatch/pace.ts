import type { Notification } from "../domain/notification.js";
import type { Pacer } from "../pacing/pacer.js";
import type { Returned } from "./hand-back.js";

/** Splits what was claimed on one channel into what goes now and what waits for its recipient's turn. */
export async function paceRecipients(
  pacer: Pacer,
  channel: string,
  notifications: readonly Notification[],
): Promise<{ readonly now: readonly Notification[]; readonly returned: readonly Returned[] }> {
  const delays = await pacer.delaysOf(channel, notifications);
  const delayOf = (index: number) => delays[index] ?? 0;
  return {
    now: notifications.filter((_, index) => delayOf(index) === 0),
    returned: notifications.flatMap((notification, index) => {
      const delayMs = delayOf(index);
      return delayMs === 0 ? [] : { notification, event: { type: "postponed", delayMs } };
    }),
  };
}
