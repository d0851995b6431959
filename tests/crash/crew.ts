import { CrashWorker } from "./worker.ts";
import type { WorkerOrder } from "./worker-process.ts";

/** The workers of one experiment: they come and go. */
export interface Crew {
  /** Starts a worker's process. */
  worker(order?: Partial<WorkerOrder>): CrashWorker;
  /** Sets the clocks of all workers forward, or back, in ms. */
  jump(byMs: number): void;
  /** When each of them that lives has begun to sweep, in ms of this process's own clock. */
  sweepers(): readonly number[];
  /** How those ended whom nobody had ended. */
  endedByThemselves(): readonly string[];
  killAll(): Promise<void>;
}

/** @param common - What all of them are told. */
export function openCrew(common: WorkerOrder): Crew {
  const workers: CrashWorker[] = [];
  return {
    worker(order = {}) {
      const worker = new CrashWorker({ ...common, ...order });
      workers.push(worker);
      return worker;
    },
    jump(byMs) {
      for (const worker of workers) if (!worker.hasEnded) worker.jump(byMs);
    },
    sweepers: () => workers.flatMap(({ sweepsSince }) => sweepsSince ?? []),
    endedByThemselves: () => workers.flatMap(({ endedByItself }) => endedByItself ?? []),
    async killAll() {
      await Promise.all(workers.map((worker) => worker.kill()));
    },
  };
}
