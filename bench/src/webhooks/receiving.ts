import type { BenchArguments } from "../harness/arguments.ts";
import { type BenchDatabase, connect, type DatabaseName, withDatabase } from "../harness/databases.ts";
import { type Measurements, measure, type Side, type Stopwatch } from "../harness/measure.ts";
import { counted, type Report, verdict, withSpread } from "../harness/report.ts";
import { storageOn } from "../storage/table-set.ts";
import { callboardReceiving } from "./callboard-receiving.ts";
import { deliveredRequest } from "./delivered-request.ts";
import { floorReceiving } from "./floor-receiving.ts";
import type { ReceivingSide } from "./receiving-side.ts";
import { openStatusFloor } from "./status-floor.ts";

/** Statuses in one webhook, and how many such webhooks come in one round. The last is as many as Meta puts into one. */
const webhooks = [
  { size: 1, times: 20 },
  { size: 10, times: 10 },
  { size: 100, times: 5 },
  { size: 1_000, times: 1 },
];

/** Of the largest webhook, in ms; providers want an answer within seconds, and send many at once. */
const mostUntilAnswer = 50;

/** How long webhooks take until they are answered, and until what they say is stored, beside one statement by hand. */
export function receiving(name: DatabaseName) {
  return async ({ quick }: BenchArguments, report: Report): Promise<void> => {
    await withDatabase(name, report, async (database) => {
      const measured = await measureReceiving(database, quick ? 5 : 15);
      tell(name, measured, report);
    });
  };
}

async function measureReceiving(database: BenchDatabase, rounds: number): Promise<Measurements> {
  const db = connect(database);
  const floor = await openStatusFloor(database);
  try {
    const storage = storageOn(database, db);
    await storage.migrate();
    const sides = { floor: floorReceiving(floor), callboard: callboardReceiving(storage) };
    return await measure(Object.entries(sides).map(sideOf), rounds);
  } finally {
    await floor.close();
    await db.destroy();
  }
}

function sideOf([name, side]: [string, ReceivingSide]): Side {
  return {
    name,
    async round(time) {
      for (const { size, times } of webhooks) {
        for (let again = 0; again < times; again += 1) await receive(side, size, time);
      }
    },
  };
}

async function receive(side: ReceivingSide, size: number, time: Stopwatch): Promise<void> {
  const request = deliveredRequest(await side.send(size));
  const before = await side.rest();
  const moved = await time(stored(size), async () => {
    const { status } = await time(answered(size), () => side.answer(request));
    if (status !== 200) throw new Error(`A webhook of ${size} statuses was answered with ${status}.`);
    return (await side.rest()) - before;
  });
  if (moved !== size) throw new Error(`A webhook of ${size} statuses moved ${moved} messages.`);
}

function tell(name: DatabaseName, measured: Measurements, report: Report): void {
  const rows = webhooks.map(({ size }) => {
    const answer = measured.ms("callboard", answered(size));
    const isMost = size === webhooks.at(-1)?.size;
    const figure = report.figure(
      `answer ${size} statuses ${name}`,
      answer.median,
      "ms",
      isMost ? mostUntilAnswer : undefined,
    );
    const ratio = measured.ratio("callboard", stored(size), "floor");
    report.figure(`store ${size} statuses ${name}`, measured.ms("callboard", stored(size)).median, "ms");
    report.figure(`store ${size} statuses ${name} vs floor`, ratio.median, "x");
    return [
      counted(size),
      withSpread(measured.ms("floor", stored(size)), " ms"),
      withSpread(answer, " ms"),
      withSpread(measured.ms("callboard", stored(size)), " ms"),
      withSpread(ratio, "x"),
      figure.target ?? "",
      verdict(figure),
    ];
  });
  report.table(
    `Receiving a webhook, ${name}`,
    ["Statuses", "Floor", "Until the answer", "Until stored", "Stored by floor", "Target", "Met"],
    rows,
  );
}

function answered(size: number): string {
  return `answer ${size}`;
}

function stored(size: number): string {
  return `store ${size}`;
}
