import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { QueueingHostCommand, QueueingHostReport, QueueingHostTask } from "../fixtures/queueing-host.ts";

/** A process that only queues, seen from the one that watches over it. */
export interface QueueingHost {
  queue(command: QueueingHostCommand): Promise<QueueingHostReport>;
  end(): Promise<void>;
}

/** Starts one. Resolves when it can be told what to queue, whether or not Redis is there. */
export async function queueingHost(task: QueueingHostTask): Promise<QueueingHost> {
  const module = join(import.meta.dirname, "../fixtures/queueing-host.ts");
  const child = fork(module, [JSON.stringify(task)], { execArgv: ["--expose-gc"] });
  const ended = once(child, "exit");
  const answer = async () => {
    const [what] = await Promise.race([once(child, "message"), ended]);
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`The queueing host ended: exit code ${child.exitCode}, signal ${child.signalCode}.`);
    return what;
  };
  await answer();
  return {
    async queue(command) {
      child.send(command);
      return (await answer()) as QueueingHostReport;
    },
    async end() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
