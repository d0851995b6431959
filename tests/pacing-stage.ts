import type { LimiterFactory, RateLimiter } from "@callboard/core";
import type { Clock, RecipientPacing, TransportPacing } from "@callboard/core/adapter";
import { fakeTransport } from "@callboard/testing";
import { RateLimiterMemory } from "rate-limiter-flexible";
import type { ChatTransport } from "./engine-stage.js";

export interface Send {
  readonly notificationId: string;
  readonly to: string;
  readonly atMs: number;
}

/** A transport of a sender with limits, that notes when it sends to whom. `sends` may be common to several. */
export function pacedTransport(
  clock: Pick<Clock, "now">,
  pacing: TransportPacing | undefined,
  sends: Send[] = [],
): ChatTransport & { readonly sends: Send[] } {
  const transport = fakeTransport("chat", pacing && { pacing });
  return {
    ...transport,
    sends,
    send(message, options) {
      const { notificationId, to } = message;
      sends.push({ notificationId, to, atMs: clock.now().getTime() });
      return transport.send(message, options);
    },
  };
}

/** The most sends that any stretch of this length has seen, its end not included. */
export function mostWithin(windowMs: number, sends: readonly Pick<Send, "atMs">[]): number {
  const times = sends.map(({ atMs }) => atMs).sort((a, b) => a - b);
  let [most, first] = [0, 0];
  times.forEach((time, index) => {
    while (time - (times[first] ?? time) >= windowMs) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}

/** By how much the sends to one person exceed the burst and one more per `everyMs`, in the stretch where it is worst. */
export function excessOf({ burst, everyMs }: RecipientPacing, sends: readonly Pick<Send, "atMs">[]): number {
  const times = sends.map(({ atMs }) => atMs).sort((a, b) => a - b);
  const excesses = times.flatMap((end, last) =>
    times.slice(0, last + 1).map((begin, first) => last - first + 1 - burst - (end - begin) / everyMs),
  );
  return Math.max(0, ...excesses);
}

/** The sends to each person, by address. */
export function byPerson(sends: readonly Send[]): ReadonlyMap<string, readonly Send[]> {
  return Map.groupBy(sends, ({ to }) => to);
}

/** Limiters that several processes have in common, as they have a server. */
export function commonLimiters(): LimiterFactory {
  const limiters = new Map<string, RateLimiter>();
  return (limits) => {
    const limiter = limiters.get(limits.keyPrefix) ?? new RateLimiterMemory(limits);
    limiters.set(limits.keyPrefix, limiter);
    return limiter;
  };
}
