import type { IncomingMessage, ServerResponse } from "node:http";
import { answerControlRequest } from "./control/answer-control-request.js";
import { answerGraphRequest } from "./graph/answer-graph-request.js";
import { type Answer, textAnswer } from "./http/answer.js";
import { isAddressedLocally } from "./http/caller-check.js";
import { writeAnswer } from "./http/write-answer.js";
import { answerPageRequest, isPagePath } from "./pages/answer-page-request.js";
import type { PhoneEvents } from "./pages/phone-events.js";
import type { Simulation } from "./simulation.js";

/** One request from its first byte to its last. Never throws. */
export async function handleRequest(
  simulation: Simulation,
  { request, response, events }: { request: IncomingMessage; response: ServerResponse; events: PhoneEvents },
): Promise<void> {
  // A client that leaves in the middle is its own affair.
  request.on("error", () => {});
  response.on("error", () => {});
  try {
    const [path = "/"] = (request.url ?? "/").split("?");
    if (path === "/phones/events" && isAddressedLocally(request)) return events.open(request, response);
    const answer = await route(simulation, request, path);
    await writeAnswer(answer, { request, response, timers: simulation.timers });
  } catch {
    response.destroy();
  }
}

function route(simulation: Simulation, request: IncomingMessage, path: string): Answer | Promise<Answer> {
  const isControl = path.startsWith("/_simulator/");
  if (!isControl && !isPagePath(path)) return answerGraphRequest(simulation, request);
  if (!isAddressedLocally(request)) return textAnswer(421, "Use the address that the simulator printed.\n");
  return isControl
    ? answerControlRequest(simulation, request, path)
    : answerPageRequest(simulation, request, path);
}
