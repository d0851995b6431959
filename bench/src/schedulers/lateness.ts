import { type CleanUp, withCleanUps } from "@callboard/tests/crash/clean-ups.ts";
import { inLanes } from "@callboard/tests/crash/in-lanes.ts";
import type { SchedulerName } from "@callboard/tests/crash/schedulers.ts";
import { percentile, summarise } from "../harness/measure.ts";
import { shown } from "../harness/report.ts";
import { setUpPeople } from "./addressees.ts";
import { type Asking, kinds, lateBy } from "./late-by.ts";
import { openSide } from "./open-side.ts";
import type { Part, PartTrial } from "./part.ts";
import { absenceOf, openPlace } from "./places.ts";
import { openProvider } from "./provider.ts";
import { startWorkers } from "./worker.ts";

/** Who rings, and for whom. */
interface Setting {
  readonly name: string;
  readonly scheduler: SchedulerName;
  readonly notified?: boolean;
  /** The process that queues sends as well; otherwise another one does. */
  readonly alone?: boolean;
  /** Nobody rings: the sweep finds everything. */
  readonly swept?: boolean;
}

const settings: readonly Setting[] = [
  { name: "in-process, the same process", scheduler: "in-process", alone: true },
  { name: "BullMQ", scheduler: "BullMQ" },
  { name: "pg-boss, asking twice a second", scheduler: "pg-boss" },
  { name: "pg-boss, notified", scheduler: "pg-boss", notified: true },
  { name: "the sweep alone", scheduler: "in-process", swept: true },
];

/** How long after the commit the provider is asked, while nothing else is to do. */
export const lateness: Part = {
  name: "lateness",
  inQuick: true,
  absent: absenceOf("in-process"),
  run: measure,
};

async function measure({ args: { quick }, report, findings }: PartTrial): Promise<void> {
  const samples = quick ? 3 : 40;
  const here = settings.filter(({ scheduler }) => absenceOf(scheduler) === null);
  // Each of them mostly waits; a quick run cannot wait for one after the other.
  const rows = await inLanes(here, quick ? here.length : 1, async (setting) => {
    report.progress(`${setting.name}: how late ${samples} messages of each kind are`);
    const late = await withCleanUps((atTheEnd) => latenessOf(setting, samples, atTheEnd));
    const cells = kinds.map((kind) => {
      const values = late[kind];
      findings.figure(`${setting.name}, ${kind}: median`, summarise(values).median, "ms");
      findings.figure(`${setting.name}, ${kind}: p95`, percentile(values, 0.95), "ms");
      return `${shown(summarise(values).median)} / ${shown(percentile(values, 0.95))} ms`;
    });
    return [setting.name, ...cells];
  });
  report.table(
    `From the commit, or the time that was asked for, until the provider has it: median / p95 of ${samples}`,
    ["Scheduler", ...kinds],
    rows,
  );
}

async function latenessOf(
  { scheduler, notified = false, alone = false, swept = false }: Setting,
  samples: number,
  atTheEnd: (cleanUp: CleanUp) => void,
): Promise<Record<(typeof kinds)[number], readonly number[]>> {
  const place = await openPlace(scheduler, atTheEnd, { notified });
  const provider = await openProvider();
  atTheEnd(provider.close);
  const host = await openSide(place, provider.url);
  atTheEnd(host.close);
  await setUpPeople(host.store, [kinds.length * samples]);
  if (alone) await host.callboard.start();
  else await startWorkers(1, { place, providerUrl: provider.url }, atTheEnd);
  const asking: Asking = { host, provider, samples, oneByOne: !swept };
  // The first of all connects and compiles, which is nothing beside a sweep.
  if (!swept) await lateBy({ ...asking, samples: 1 });
  return lateBy(asking);
}
