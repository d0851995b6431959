import type { IncomingMessage } from "node:http";
import { type Answer, jsonAnswer } from "../http/answer.js";
import { BodyTooLargeError } from "../http/read-body.js";
import type { Simulation } from "../simulation.js";
import { answerMessageRequest } from "./answer-message-request.js";
import { authenticateHeader, GraphError, graphErrorBody, newTraceId } from "./graph-error.js";
import { checkGraphRequest } from "./graph-request.js";
import { readJson } from "./read-json.js";

/** Answers a call to the imitated API. Whatever the caller sent, a refusal has Meta's shape. */
export async function answerGraphRequest(
  simulation: Simulation,
  request: IncomingMessage,
  path: string,
): Promise<Answer> {
  simulation.requestCount += 1;
  const answer = await answerOrRefuse(simulation, request, path);
  const { apiLatencyMs } = simulation.options;
  if (apiLatencyMs > 0) await simulation.timers.wait(apiLatencyMs);
  return answer;
}

async function answerOrRefuse(
  simulation: Simulation,
  request: IncomingMessage,
  path: string,
): Promise<Answer> {
  const traceId = newTraceId();
  const headers = { "x-fb-trace-id": traceId, "facebook-api-version": versionOf(path) };
  try {
    checkGraphRequest(simulation, request, path);
    const answer = answerMessageRequest(simulation, await readJson(request));
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

function versionOf(path: string): string {
  return /^\/(v\d+\.\d+)\//.exec(path)?.[1] ?? "unknown";
}

function asGraphError(thrown: unknown): GraphError {
  if (thrown instanceof GraphError) return thrown;
  if (thrown instanceof BodyTooLargeError)
    return new GraphError(100, { message: thrown.message, httpStatus: 413 });
  return new GraphError(131000, { details: "The simulator met an unexpected error. Please report it." });
}
