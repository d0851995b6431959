/** One worker of an experiment: claims, sends and records until it is told to stop, or dies. Run by `worker.ts`. */
import { death } from "./dying.ts";
import { movableClock } from "./movable-clock.ts";
import { openCallboard, slots } from "./open-callboard.ts";
import { openScheduler, type SchedulerPlace } from "./open-scheduler.ts";
import { openStore } from "./open-store.ts";
import type { Safeguard } from "./safeguards.ts";
import type { Settings } from "./settings.ts";
import type { DyingPoint } from "./steps.ts";
import { unsafeTransport, without } from "./without.ts";

/** What a worker is told when it starts. */
export interface WorkerOrder {
  readonly database: string;
  readonly scheduler: SchedulerPlace;
  readonly providerUrl: string;
  readonly settings: Settings;
  /** @default 10 */
  readonly concurrency?: number;
  /** Where it dies by itself. @default nowhere */
  readonly dieAt?: DyingPoint | null;
  /** How many notifications there are, for a death after the record of all of them. @default 0 */
  readonly rows?: number;
  /** Safeguards that it goes without. @default none */
  readonly without?: readonly Safeguard[];
  /** How wrong its clock is to begin with, in ms. @default 0 */
  readonly clockOffsetMs?: number;
  /** SQLite has no clock but the machine's: what is wrong with the one is wrong with the other. @default false */
  readonly storeByClock?: boolean;
}

/** What it is told later. */
export type WorkerCommand = "stop" | { readonly jumpMs: number };

/** What it says. */
export type WorkerReport = "started";

const order: WorkerOrder = JSON.parse(process.argv[2] ?? "");
const { database, settings, dieAt = null, rows = 0, clockOffsetMs = 0 } = order;
const safeguards = order.without ?? [];

const clock = movableClock(clockOffsetMs);
const { log, around, aroundTransport } = death({
  at: dieAt,
  rows,
  recordsInOneStatement: database.startsWith("postgres:"),
});
const { storage, db, pool, close } = openStore(database, { log, ...(order.storeByClock && { clock }) });
const rung = await openScheduler(order.scheduler, pool);
const callboard = openCallboard({
  storage: around(without(safeguards, storage, db)),
  scheduler: rung.scheduler,
  providerUrl: order.providerUrl,
  settings,
  concurrency: order.concurrency ?? slots,
  around: (transport) => aroundTransport(unsafeTransport(safeguards, transport)),
  clock,
});

process.on("message", (command: WorkerCommand) => {
  if (command === "stop") void stop();
  else clock.jump(command.jumpMs);
});
// Nobody is left who would stop it.
process.on("disconnect", () => process.exit());
await callboard.start();
tell("started");

async function stop(): Promise<void> {
  await callboard.stop();
  await rung.close();
  await close();
  process.removeAllListeners("disconnect");
  process.disconnect();
}

function tell(report: WorkerReport): void {
  process.send?.(report);
}
