import type { ServerResponse } from "node:http";
import type { Timers } from "../timers.js";

/** Writes one byte every `msPerByte`. Closes the connection when the simulator is reset meanwhile. */
export async function writeDrops(
  body: string,
  { response, timers, msPerByte }: { response: ServerResponse; timers: Timers; msPerByte: number },
): Promise<void> {
  response.flushHeaders();
  for (const byte of Buffer.from(body)) {
    const isOver = !(await timers.wait(msPerByte));
    if (response.destroyed) return;
    if (isOver) response.destroy();
    else response.write(Buffer.of(byte));
  }
  response.end();
}

const blanks = Buffer.alloc(16_384, " ");

/** Writes `body` and then blanks, which JSON allows, until the client closes the connection. */
export async function writeEndlessly(body: string, response: ServerResponse): Promise<void> {
  response.write(body);
  while (!response.destroyed) {
    const hasRoom = response.write(blanks);
    // A reader as fast as the writer must not keep the rest of the simulator waiting.
    await (hasRoom ? nextTurn() : roomOrEnd(response));
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function roomOrEnd(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
  });
}
