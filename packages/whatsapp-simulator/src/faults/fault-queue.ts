import type { FaultTarget, KnownFault } from "./fault.js";

/** Faults in the order they were asked for, apart for each kind of call. Each call that would succeed takes one. */
export interface FaultQueue {
  add(fault: KnownFault, options: { readonly times: number; readonly on: FaultTarget }): void;
  take(on: FaultTarget): KnownFault | null;
  size(): number;
  clear(): void;
}

interface QueuedFault {
  readonly fault: KnownFault;
  readonly on: FaultTarget;
  left: number;
}

export function createFaultQueue(): FaultQueue {
  // A count beside each fault: "fail the next million" must not make a list of a million.
  let queue: QueuedFault[] = [];
  return {
    add(fault, { times, on }) {
      if (times > 0) queue.push({ fault, on, left: times });
    },
    take(on) {
      const first = queue.find((queued) => queued.on === on);
      if (first === undefined) return null;
      first.left -= 1;
      if (first.left === 0) queue = queue.filter((queued) => queued !== first);
      return first.fault;
    },
    size: () => queue.reduce((sum, { left }) => sum + left, 0),
    clear() {
      queue = [];
    },
  };
}
