import type { Simulation } from "./simulation.js";

/**
 * Refuses sends for `ms` of the simulator's clock, as while a number is moved to a higher throughput.
 *
 * @throws {TypeError} `ms` is no time.
 */
export function startMaintenance({ maintenance, timers }: Simulation, ms = 60_000): void {
  if (!Number.isFinite(ms) || ms < 0) throw new TypeError(`Maintenance needs a time in ms, not ${ms}.`);
  maintenance.begin(new Date(timers.now().getTime() + ms));
}
