import type { Pauses } from "../dispatch/pauses.js";
import { storable } from "../domain/storable-text.js";
import type { ChannelAlert } from "../ports/webhook-news.js";
import type { Runtime } from "../runtime.js";

/** Tells people what a provider says about the account, and pauses the channel where sending cannot work. */
export async function raiseAlerts<Tx>(
  { lifecycle, logger, clock }: Runtime<Tx>,
  pauses: Pauses<Tx>,
  channel: string,
  alerts: readonly ChannelAlert[],
): Promise<void> {
  for (const alert of alerts) {
    const { kind, message, hint, pauseForMs, at } = alert;
    // Counted from when it was said: an alert that is delivered again, or late, pauses for no longer.
    const forMs = pauseForMs === null ? 0 : at.getTime() + pauseForMs - clock.now().getTime();
    if (forMs > 0) {
      const reason = storable(`${message} ${hint}`, 4_000);
      await pauses.pauseChannel(channel, { reason, forMs }, { providerCode: kind, hint });
    }
    logger.warn({ channel, kind, hint }, "the provider says something about the account");
    lifecycle.emit("channel.alert", { ...alert, channel });
  }
}
