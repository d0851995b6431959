import { GraphError } from "../graph/graph-error.js";
import type { Simulation } from "../simulation.js";
import type { CallMeter } from "./call-meter.js";

/** @throws {GraphError} 80007: the limit of the last hour is used up. */
export function admitCall({ timers }: Simulation, meter: CallMeter): void {
  if (meter.admit(timers.now())) return;
  const message =
    "(#80007) There have been too many calls to this WhatsApp Business account. Wait a bit and try again.";
  throw new GraphError(80007, { message });
}
