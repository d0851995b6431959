import type { IncomingMessage } from "node:http";
import { z } from "zod";
import { faultSchema } from "../faults/fault.js";
import { readJson } from "../graph/read-json.js";
import { type Answer, jsonAnswer } from "../http/answer.js";
import { isSameOrigin } from "../http/caller-check.js";
import { resetSimulation, type Simulation } from "../simulation.js";

const times = z.looseObject({ times: z.int().min(1).default(1) });

/** Answers `/_simulator/…`, by which other processes steer and inspect the simulator. */
export async function answerControlRequest(
  simulation: Simulation,
  request: IncomingMessage,
  path: string,
): Promise<Answer> {
  switch (`${request.method} ${path}`) {
    case "GET /_simulator/messages":
      return jsonAnswer(200, {
        messages: simulation.ledger.messages(),
        replies: simulation.ledger.replies(),
        requestCount: simulation.requestCount,
        webhooks: simulation.webhooks.report(),
      });
    case "POST /_simulator/faults":
      return isSameOrigin(request) ? addFault(simulation, request) : forbidden();
    case "POST /_simulator/reset":
      if (!isSameOrigin(request)) return forbidden();
      resetSimulation(simulation);
      return jsonAnswer(200, { success: true });
    default:
      return jsonAnswer(404, { error: "There are GET messages, POST faults and POST reset." });
  }
}

async function addFault(simulation: Simulation, request: IncomingMessage): Promise<Answer> {
  const body = await readJson(request).catch((error: Error) => error);
  if (body instanceof Error) return jsonAnswer(400, { error: "Send a fault as application/json." });
  const repetition = times.safeParse(body);
  if (!repetition.success) return jsonAnswer(400, { error: z.prettifyError(repetition.error) });
  const { times: count, ...rest } = repetition.data;
  const fault = faultSchema.safeParse(rest);
  if (!fault.success) return jsonAnswer(400, { error: z.prettifyError(fault.error) });
  simulation.faults.add(fault.data, count);
  return jsonAnswer(200, { success: true, queued: simulation.faults.size() });
}

function forbidden(): Answer {
  return jsonAnswer(403, { error: "Another web site may not steer the simulator." });
}
