import type { IncomingMessage } from "node:http";
import { type Answer, jsonAnswer } from "../http/answer.js";
import { BodyTooLargeError } from "../http/read-body.js";
import type { Simulation } from "../simulation.js";
import { answerGraphCall } from "./answer-graph-call.js";
import { authenticateHeader, GraphError, graphErrorBody, newTraceId } from "./graph-error.js";
import { readGraphCall } from "./graph-request.js";

/** Answers a call to the imitated API. Whatever the caller sent, a refusal has Meta's shape. */
export async function answerGraphRequest(simulation: Simulation, request: IncomingMessage): Promise<Answer> {
  simulation.requestCount += 1;
  const answer = await answerOrRefuse(simulation, request);
  const { apiLatencyMs } = simulation.options;
  if (apiLatencyMs > 0) await simulation.timers.wait(apiLatencyMs);
  return answer;
}

async function answerOrRefuse(simulation: Simulation, request: IncomingMessage): Promise<Answer> {
  const traceId = newTraceId(simulation.traces);
  let headers: Record<string, string> = { "x-fb-trace-id": traceId };
  try {
    const call = readGraphCall(simulation, request);
    headers = { ...headers, "facebook-api-version": call.version };
    const answer = await answerGraphCall(simulation, call);
    return answer.kind === "body" ? { ...answer, headers: { ...headers, ...answer.headers } } : answer;
  } catch (thrown) {
    const error = asGraphError(thrown);
    return jsonAnswer(error.httpStatus, graphErrorBody(error, traceId), {
      ...headers,
      ...(error.httpStatus < 500 && { "www-authenticate": authenticateHeader(error) }),
      ...error.details.headers,
    });
  }
}

function asGraphError(thrown: unknown): GraphError {
  if (thrown instanceof GraphError) return thrown;
  if (thrown instanceof BodyTooLargeError)
    return new GraphError(100, { message: thrown.message, httpStatus: 413 });
  return new GraphError(131000, { details: "The simulator met an unexpected error. Please report it." });
}
