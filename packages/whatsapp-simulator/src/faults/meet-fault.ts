import { GraphError, graphErrorBody, newTraceId } from "../graph/graph-error.js";
import { type Answer, type BodyAnswer, jsonAnswer } from "../http/answer.js";
import type { Simulation } from "../simulation.js";
import type { KnownFault } from "./fault.js";

/**
 * Answers one call as its fault has it; null lets it succeed.
 *
 * @param carryOut - Does what was asked. Not called by faults that come before that.
 * @throws {GraphError} The fault is an error.
 */
export async function meetFault(
  { traces }: Simulation,
  fault: KnownFault | null,
  carryOut: () => Answer | Promise<Answer>,
): Promise<Answer> {
  switch (fault?.kind) {
    case "error":
      throw new GraphError(fault.code, fault);
    case "error-in-200":
      return jsonAnswer(200, graphErrorBody(new GraphError(fault.code), newTraceId(traces)));
    case "reset":
      return { kind: "reset" };
    case "silence":
      return { kind: "silence", ms: fault.ms };
    case "html":
      return htmlAnswer(fault.httpStatus);
    default: {
      const answer = await carryOut();
      return fault !== null && answer.kind === "body" ? spoiled(answer, fault) : answer;
    }
  }
}

/** What becomes of the answer after the call was carried out. */
function spoiled(answer: BodyAnswer, fault: KnownFault): Answer {
  switch (fault.kind) {
    case "lost-answer":
      return { kind: "reset" };
    case "slow-headers":
      return { ...answer, pace: { kind: "late", ms: fault.ms } };
    case "slow-body":
      return { ...answer, pace: { kind: "drip", msPerByte: fault.msPerByte } };
    case "endless-body":
      return { ...answer, pace: { kind: "endless" } };
    case "truncated-json":
      return { ...answer, body: answer.body.slice(0, Math.ceil(answer.body.length / 2)) };
    case "no-message-id":
      return { ...answer, body: withoutMessageId(answer.body) };
    default:
      return answer;
  }
}

function withoutMessageId(body: string): string {
  return JSON.stringify({ ...JSON.parse(body), messages: [] });
}

/** As a proxy on the way would answer, not Meta. */
function htmlAnswer(status: number): Answer {
  const body = `<!doctype html><html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>\n`;
  return { kind: "body", status, contentType: "text/html; charset=utf-8", body };
}
