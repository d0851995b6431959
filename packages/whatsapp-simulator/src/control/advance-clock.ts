import type { Simulation } from "../simulation.js";
import type { SimulatorClock } from "../simulator-clock.js";

interface MovableClock extends SimulatorClock {
  advance(ms: number): unknown;
}

/**
 * Moves a virtual clock on, and waits for the webhooks that fell due.
 *
 * @throws {TypeError} The simulator lives by the machine's clock.
 */
export async function advanceClock(simulation: Simulation, ms: number): Promise<{ readonly now: Date }> {
  const { clock } = simulation.options;
  if (!isMovable(clock)) {
    throw new TypeError(
      "The simulator lives by the machine's clock. Start it with a virtual clock to move it.",
    );
  }
  await clock.advance(ms);
  await simulation.webhooks.settled();
  return { now: clock.now() };
}

function isMovable(clock: SimulatorClock): clock is MovableClock {
  return "advance" in clock && typeof clock.advance === "function";
}
