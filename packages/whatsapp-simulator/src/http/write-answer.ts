import type { IncomingMessage, ServerResponse } from "node:http";
import type { Timers } from "../timers.js";
import type { Answer } from "./answer.js";

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
  response.writeHead(answer.status, {
    "content-type": answer.contentType,
    "content-length": Buffer.byteLength(answer.body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...answer.headers,
  });
  response.end(answer.body);
}
