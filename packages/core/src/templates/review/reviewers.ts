import { InvalidOptionsError } from "../../errors/invalid-options-error.js";
import { UnknownChannelError } from "../../errors/unknown-channel-error.js";
import type { TemplateReviewer } from "../../ports/template-reviewer.js";
import type { Runtime } from "../../runtime.js";

/** A channel whose provider reviews templates. */
export interface ReviewedChannel {
  readonly channel: string;
  readonly reviewer: TemplateReviewer;
}

/** The channels that are meant: one, or all whose providers review templates. */
export function reviewedChannels<Tx>(
  { transports }: Runtime<Tx>,
  channel: string | undefined,
): readonly ReviewedChannel[] {
  const all = [...transports.values()].flatMap(({ name, reviewer }) =>
    reviewer ? { channel: name, reviewer } : [],
  );
  if (channel === undefined) return all;
  if (!transports.has(channel)) throw new UnknownChannelError(channel, [...transports.keys()]);
  const found = all.filter((one) => one.channel === channel);
  if (found.length === 0) {
    throw new InvalidOptionsError(
      "templates({ channel })",
      `the transport of "${channel}" reviews no templates. For WhatsApp, give it businessAccountId.`,
    );
  }
  return found;
}
