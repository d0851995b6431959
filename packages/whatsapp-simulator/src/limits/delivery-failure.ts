import { GraphError } from "../graph/graph-error.js";
import type { Simulation } from "../simulation.js";
import type { SendRequest } from "../validation/parse-message-request.js";

const undeliverable = 131026;
const windowClosed = 131047;

/**
 * Meta documents no code for a portfolio that has reached its messaging limit. 131048 is the one whose meaning,
 * "restricted for now, to everybody", comes nearest.
 */
const messagingLimitReached = 131048;

/**
 * Why a well-formed send will not be delivered, as a code for its `failed` status, or null when it will be.
 *
 * @throws {GraphError} With the code, when `errorDelivery` says that it is answered at once.
 */
export function deliveryFailure(simulation: Simulation, send: SendRequest): number | null {
  const code = failureOf(simulation, send);
  if (code === null || simulation.options.errorDelivery[code] !== "sync") return code;
  throw new GraphError(code, { details: detailsOf.get(code) });
}

function failureOf(simulation: Simulation, { waId, message }: SendRequest): number | null {
  const { failures, unreachable, window } = simulation.options;
  const at = simulation.timers.now();
  const ownFailure = failures[waId] ?? (unreachable.includes(waId) ? undeliverable : null);
  if (ownFailure !== null) return ownFailure;
  if (simulation.windows.isOpen(waId, at)) return null;
  if (message.type !== "template" && window === "enforced") return windowClosed;
  return simulation.reachedPeople.admit(waId, at) ? null : messagingLimitReached;
}

const detailsOf: ReadonlyMap<number, string> = new Map([
  [undeliverable, "Message undeliverable."],
  [windowClosed, "More than 24 hours have passed since the person last wrote to this number."],
  [messagingLimitReached, "The portfolio has reached the number of people it may write to in 24 hours."],
]);
