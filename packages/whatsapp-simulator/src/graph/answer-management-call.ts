import { meetFault } from "../faults/meet-fault.js";
import { nextFault } from "../faults/next-fault.js";
import type { Answer } from "../http/answer.js";
import { admitCall } from "../limits/admit-call.js";
import type { Simulation } from "../simulation.js";
import { GraphError } from "./graph-error.js";

/**
 * Counts a call about templates or numbers, and tells with every answer how much of the limit is used.
 *
 * @throws {GraphError} 80007 too many calls in the last hour, or whatever `answer` throws; with the same headers.
 * @see https://developers.facebook.com/docs/graph-api/overview/rate-limiting#headers-2
 */
export async function answerManagementCall(
  simulation: Simulation,
  answer: () => Promise<Answer>,
): Promise<Answer> {
  try {
    admitCall(simulation, simulation.managementCalls);
    const answered = await meetFault(simulation, nextFault(simulation, "management"), answer);
    if (answered.kind !== "body") return answered;
    return { ...answered, headers: { ...usageHeaders(simulation), ...answered.headers } };
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    const headers = { ...usageHeaders(simulation), ...error.details.headers };
    throw new GraphError(error.code, { ...error.details, message: error.message, headers });
  }
}

/** Per cent of the limit, and minutes until it is free again. */
function usageHeaders({ options, managementCalls, templateCreations, timers }: Simulation) {
  const at = timers.now();
  const meters = [managementCalls, templateCreations];
  const call_count = Math.max(...meters.map((meter) => meter.percentUsed(at)));
  const minutes = Math.max(...meters.map((meter) => meter.minutesUntilFree(at)));
  const usage = { call_count, total_cputime: 1, total_time: 1 };
  const useCase = {
    type: "whatsapp_business_management",
    ...usage,
    estimated_time_to_regain_access: minutes,
  };
  return {
    "x-app-usage": JSON.stringify(usage),
    "x-business-use-case-usage": JSON.stringify({ [options.businessAccountId]: [useCase] }),
  };
}
