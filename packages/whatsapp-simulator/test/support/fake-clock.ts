import type { SimulatorClock } from "@callboard/whatsapp-simulator";

/** A clock that moves only when told to. */
export interface FakeClock extends SimulatorClock {
  /** Moves on by `ms` and runs what falls due, in order of time. */
  advance(ms: number): void;
}

export function fakeClock(start = new Date("2026-11-23T08:00:00Z")): FakeClock {
  let time = start.getTime();
  let timers: { readonly at: number; readonly run: () => void }[] = [];
  return {
    now: () => new Date(time),
    setTimeout(run, ms) {
      const timer = { at: time + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      const end = time + ms;
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        time = next.at;
        next.run();
      }
      time = end;
    },
  };
}
