import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { CleanUp } from "@callboard/tests/crash/clean-ups.ts";
import type { WorkerOrder } from "./worker-process.ts";

const program = fileURLToPath(new URL("./worker-process.ts", import.meta.url));

/** Starts so many worker processes. Resolves when all of them send; they are stopped at the end. */
export async function startWorkers(
  count: number,
  order: WorkerOrder,
  atTheEnd: (cleanUp: CleanUp) => void,
): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => startWorker(order, atTheEnd)));
}

async function startWorker(order: WorkerOrder, atTheEnd: (cleanUp: CleanUp) => void): Promise<void> {
  const child = fork(program, [JSON.stringify(order)], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const ended = once(child, "exit");
  atTheEnd(async () => {
    if (child.connected) child.send("stop");
    await ended;
  });
  const started = await Promise.race([once(child, "message"), ended.then(() => null)]);
  if (started === null) throw new Error(`A worker ended before it had started, with ${child.exitCode}.`);
}
