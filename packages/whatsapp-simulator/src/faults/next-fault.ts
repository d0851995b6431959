import type { Simulation } from "../simulation.js";
import type { FaultTarget, KnownFault } from "./fault.js";

/** Meta's code while a number is in maintenance. */
const inMaintenance = 131057;

/** What goes wrong with a call that would succeed, or null. Maintenance leaves queued faults for later. */
export function nextFault({ faults, maintenance, timers }: Simulation, on: FaultTarget): KnownFault | null {
  if (on === "send" && maintenance.isOn(timers.now())) return { kind: "error", code: inMaintenance };
  return faults.take(on);
}
