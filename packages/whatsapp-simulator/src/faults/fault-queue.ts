import type { SimulatorFault } from "./fault.js";

/** Faults in the order they were asked for. Each send that would be accepted takes one. */
export interface FaultQueue {
  add(fault: SimulatorFault, times: number): void;
  take(): SimulatorFault | null;
  size(): number;
  clear(): void;
}

export function createFaultQueue(): FaultQueue {
  // A count beside each fault: "fail the next million" must not make a list of a million.
  const queue: { readonly fault: SimulatorFault; left: number }[] = [];
  return {
    add: (fault, times) => {
      if (times > 0) queue.push({ fault, left: times });
    },
    take() {
      const [first] = queue;
      if (first === undefined) return null;
      first.left -= 1;
      if (first.left === 0) queue.shift();
      return first.fault;
    },
    size: () => queue.reduce((sum, { left }) => sum + left, 0),
    clear: () => queue.splice(0),
  };
}
