import type { IncomingMessage, ServerResponse } from "node:http";
import type { Timers } from "../timers.js";
import type { Answer, BodyAnswer } from "./answer.js";
import { writeDrops, writeEndlessly } from "./write-slowly.js";

/** Carries out an answer. A client that has gone away is not an error. */
export async function writeAnswer(
  answer: Answer,
  { request, response, timers }: { request: IncomingMessage; response: ServerResponse; timers: Timers },
): Promise<void> {
  if (response.destroyed) return;
  if (answer.kind === "reset") {
    request.socket.resetAndDestroy();
    return;
  }
  if (answer.kind === "silence") {
    await timers.wait(answer.ms);
    request.socket.destroy();
    return;
  }
  await writeBody(answer, response, timers);
}

async function writeBody(answer: BodyAnswer, response: ServerResponse, timers: Timers): Promise<void> {
  const { status, contentType, body, headers, pace } = answer;
  if (pace?.kind === "late") await timers.wait(pace.ms);
  if (response.destroyed) return;
  response.writeHead(status, {
    "content-type": contentType,
    ...(pace?.kind !== "endless" && { "content-length": Buffer.byteLength(body) }),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...headers,
  });
  if (pace?.kind === "drip") await writeDrops(body, { response, timers, msPerByte: pace.msPerByte });
  else if (pace?.kind === "endless") await writeEndlessly(body, response);
  else response.end(body);
}
