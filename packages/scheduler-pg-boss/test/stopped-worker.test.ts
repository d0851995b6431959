import { expect, test } from "vitest";
import { type BossJob, type PgBossLike, pgBossScheduler } from "../src/index.js";
import { started } from "./started.js";

test("jobs that pg-boss hands over after stop() go back to it, and do not ring", async () => {
  let handOver: ((jobs: BossJob[]) => Promise<void>) | null = null;
  const deleted: string[] = [];
  const boss: PgBossLike = {
    insert: async () => null,
    createQueue: async () => {},
    work: async (_queue, _options, handler) => {
      handOver = handler;
      return "worker";
    },
    offWork: async () => {},
    notifyWorker: () => {},
    deleteJob: async (_queue, ids) => deleted.push(...ids),
    getDb: () => ({ executeSql: async () => ({ rows: [] }) }),
    on: () => {},
    off: () => {},
    listenerCount: () => 1,
  };
  const worker = await started(pgBossScheduler({ boss }));
  const take = handOver as unknown as (jobs: BossJob[]) => Promise<void>;
  await take([{ id: "1", data: { v: 1, ids: ["in time"] } }]);
  await worker.stop();
  await expect(take([{ id: "2", data: { v: 1, ids: ["too late"] } }])).rejects.toThrow(/stopped/);
  expect(worker.rings).toEqual([["in time"]]);
  expect(deleted).toEqual(["1"]);
});
