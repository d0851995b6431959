/** Queues for very many people, page by page, and tells its parent how far it is. Run by `killed-fan-out.ts`. */
import { connect } from "../harness/databases.ts";
import { footprint } from "../harness/memory.ts";
import { callboardSide } from "../storage/callboard-side.ts";
import { storageOn } from "../storage/table-set.ts";
import { groupOf } from "../workload.ts";
import type { KilledFanOutMessage, KilledFanOutOrder } from "./killed-fan-out.ts";

process.once("message", (order) => {
  run(order as KilledFanOutOrder).finally(() => process.disconnect());
});

async function run({ database, size, key }: KilledFanOutOrder): Promise<void> {
  let executed = 0;
  const db = connect(database, () => {
    executed += 1;
  });
  const callboard = callboardSide(storageOn(database, db));
  // A small call connects and compiles.
  const warm = { group: groupOf(warmUpSize), key: `${key}-${process.pid}`, commit: "each-page" } as const;
  await callboard.queue(warm);
  executed = 0;
  let [queued, longestPageMs] = [0, 0];
  let pageStart = performance.now();
  const { peakMb, blockedMs } = await footprint(async () => {
    queued = await callboard.queue({
      group: groupOf(size),
      key,
      commit: "each-page",
      onProgress(progress) {
        const now = performance.now();
        longestPageMs = Math.max(longestPageMs, now - pageStart);
        pageStart = now;
        tell({ queued: progress.queued, result: null });
      },
    });
  });
  await db.destroy();
  const statements = executed;
  tell({ queued, result: { peakMb, blockedMs, statements, longestPageMs } });
}

/** Who is told to begin with. */
const warmUpSize = 1_000;

function tell(message: KilledFanOutMessage): void {
  process.send?.(message);
}
