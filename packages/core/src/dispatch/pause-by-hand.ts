import { unusableName } from "../domain/storable-text.js";
import { InvalidOptionsError } from "../errors/invalid-options-error.js";
import { UnknownChannelError } from "../errors/unknown-channel-error.js";
import type { PauseScope } from "../ports/pause-store.js";
import type { Runtime } from "../runtime.js";

/** What a person wants stopped, why, and until when. */
export interface PauseByHand<Channel extends string = string> extends PauseScope {
  readonly channel: Channel;
  /** In words; 1 to 1,000 characters. Everybody who asks why nothing is sent reads them. */
  readonly reason: string;
  /** When to try again. Must lie ahead. */
  readonly until: Date;
}

const known: Record<keyof PauseByHand, true> = { channel: true, template: true, reason: true, until: true };

/**
 * @returns How long the pause lasts, in ms from now.
 * @throws {UnknownChannelError}
 * @throws {InvalidOptionsError}
 */
export function checkPauseByHand(request: PauseByHand, { transports, clock }: Runtime): number {
  const unknown = Object.keys(request).find((key) => !Object.hasOwn(known, key));
  if (unknown) refuse(unknown, `is no option. Known: ${Object.keys(known).join(", ")}.`);
  const { channel, template, reason, until } = request;
  if (!transports.has(channel)) throw new UnknownChannelError(channel, [...transports.keys()]);
  if (template !== null) check("template", unusableName(template, 200));
  check("reason", unusableName(reason, 1_000));
  const forMs = until instanceof Date ? until.getTime() - clock.now().getTime() : Number.NaN;
  if (!(forMs > 0)) refuse("until", "must be a Date that lies ahead.");
  return forMs;
}

function check(option: string, problem: string | null): void {
  if (problem !== null) refuse(option, problem);
}

function refuse(option: string, problem: string): never {
  throw new InvalidOptionsError(`pauses.pause({ ${option} })`, problem);
}
