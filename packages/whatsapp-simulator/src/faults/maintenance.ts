/** A time in which the number is being moved to a higher throughput and cannot send. */
export interface Maintenance {
  /** Replaces a maintenance that is going on. */
  begin(until: Date): void;
  isOn(at: Date): boolean;
  clear(): void;
}

export function createMaintenance(): Maintenance {
  let end: Date | null = null;
  return {
    begin(until) {
      end = until;
    },
    isOn: (at) => end !== null && at < end,
    clear() {
      end = null;
    },
  };
}
