/** Queues for very many people and tells its parent what that took. Run by `fan-out.ts`. */
import { connect } from "../harness/databases.ts";
import { footprint } from "../harness/memory.ts";
import { groupOf } from "../workload.ts";
import { callboardSide } from "./callboard-side.ts";
import type { FanOutOrder, FanOutResult } from "./fan-out.ts";
import { storageOn } from "./table-set.ts";

process.once("message", (order) => {
  run(order as FanOutOrder).then((result) => {
    process.send?.(result);
    process.disconnect();
  });
});

async function run({ database, commit, sizes }: FanOutOrder): Promise<FanOutResult> {
  let executed = 0;
  const db = connect(database, () => {
    executed += 1;
  });
  const callboard = callboardSide(storageOn(database, db));
  const statements = new Map<number, number>();
  const queue = async (size: number) => {
    const before = executed;
    const queued = await callboard.queue({ group: groupOf(size), key: `fan-out-${commit}-${size}`, commit });
    if (queued !== size) throw new Error(`Callboard queued ${queued} of ${size} people.`);
    statements.set(size, executed - before);
  };
  // A small call connects and compiles; a large one would leave memory behind that the largest could use again.
  const [smallest = 0, ...larger] = sizes;
  const largest = larger.pop() ?? smallest;
  await queue(smallest);
  let ms = 0;
  const { peakMb, blockedMs } = await footprint(async () => {
    const start = performance.now();
    await queue(largest);
    ms = performance.now() - start;
  });
  for (const size of larger) await queue(size);
  await db.destroy();
  return { ms, peakMb, blockedMs, statements: sizes.map((size) => statements.get(size) ?? 0) };
}
