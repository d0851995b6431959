/** Counts calls of the last hour against a limit. */
export interface CallMeter {
  /** Counts one call, unless the limit is reached. */
  admit(at: Date): boolean;
  /** Share of the limit used in the last hour, in whole per cent. 0 without a limit. */
  percentUsed(at: Date): number;
  /** Whole minutes until a call is possible again; 0 when one is possible now. */
  minutesUntilFree(at: Date): number;
  clear(): void;
}

const hourMs = 3_600_000;

/** @param perHour - Null counts nothing and admits everything. */
export function createCallMeter(perHour: number | null): CallMeter {
  let callsMs: number[] = [];

  const recent = (at: Date): readonly number[] => {
    const firstRecent = callsMs.findIndex((ms) => ms > at.getTime() - hourMs);
    callsMs = firstRecent < 0 ? [] : callsMs.slice(firstRecent);
    return callsMs;
  };

  return {
    admit(at) {
      if (perHour === null) return true;
      if (recent(at).length >= perHour) return false;
      callsMs.push(at.getTime());
      return true;
    },
    percentUsed: (at) => (perHour === null ? 0 : Math.ceil((recent(at).length / perHour) * 100)),
    minutesUntilFree(at) {
      const calls = recent(at);
      const [oldest] = calls;
      if (perHour === null || oldest === undefined || calls.length < perHour) return 0;
      return Math.ceil((oldest + hourMs - at.getTime()) / 60_000);
    },
    clear() {
      callsMs = [];
    },
  };
}
