import { setTimeout } from "node:timers/promises";
import { kyselyStorage } from "@callboard/storage-kysely";
import { fakeTransport } from "@callboard/testing";
import type { ExperimentDatabase } from "./databases.ts";
import { jumpingClock } from "./jumping-clock.ts";
import { openOffice, tally, textOf } from "./office.ts";
import { until } from "./until.ts";

const minute = 60_000;

/** How far the host's clock is from the database's, in turn. */
const jumps = [60 * minute, -60 * minute, 5 * minute, -5 * minute, 0, 60 * minute, 0, -60 * minute, 0];

export interface ClockJumpsOptions {
  readonly database: ExperimentDatabase;
  /** Sends, one due every 25 ms. */
  readonly notifications: number;
  /** From now until the first is due; they are all queued within it, unless the machine is busy. @default 500 */
  readonly leadMs?: number;
  /** Between two jumps. */
  readonly everyMs: number;
  /** Whether the store goes by the host's clock instead of the database's; SQLite alone. @default false */
  readonly byHostClock?: boolean;
}

export interface ClockJumpsCounts {
  /** Sends before their time, by the database's clock. */
  readonly early: number;
  readonly sent: number;
  readonly repeatedSends: number;
  readonly unsent: Readonly<Record<string, number>>;
  /** Rows in whose hold a worker seemed to die, though none did. */
  readonly crashes: number;
  /** Attempts that took less than no time, or longer than the experiment. */
  readonly strangeDurations: number;
  readonly troubles: readonly string[];
}

/** C02: the host's clock jumps to and fro while messages fall due, and its timers ring a moment early. */
export async function clockJumps(options: ClockJumpsOptions): Promise<ClockJumpsCounts> {
  const { notifications, everyMs, leadMs = 500 } = options;
  const host = await openHost(options);
  const { office, clock, dueAt } = host;
  try {
    const startsAt = Date.now() + leadMs;
    for (let index = 0; index < notifications; index += 1) {
      const at = new Date(startsAt + index * 25);
      dueAt.set(textOf(`SO-${index}`), at.getTime());
      await office.callboard.queueNotificationsToUsers({
        ...{ template: "order", context: { order: `SO-${index}` }, userIds: ["ada"], at },
      });
    }
    const isOver = async () => Date.now() > startsAt + notifications * 25 && (await office.isIdle());
    for (let jump = 0; !(await isOver()) || jump < jumps.length; jump += 1) {
      clock.jumpTo(jumps[jump % jumps.length] ?? 0);
      await setTimeout(everyMs);
    }
    await until("everything is sent", office.isIdle);
    return await count(host);
  } finally {
    await office.callboard.stop();
    await host.close();
  }
}

async function openHost({ database, byHostClock = false }: ClockJumpsOptions) {
  const { db, close } = await database.open();
  const clock = jumpingClock();
  const storage = kyselyStorage({ db, dialect: database.dialect, ...(byHostClock && { clock }) });
  await storage.migrate();
  /** When each text is due, and the texts that were sent before. */
  const [dueAt, early] = [new Map<string, number>(), new Set<string>()];
  const transport = fakeTransport("chat");
  const send: typeof transport.send = async (message, options) => {
    // Both clocks are this machine's: the database's has not jumped.
    if (Date.now() < (dueAt.get(message.content.text) ?? 0)) early.add(message.content.text);
    await setTimeout(20);
    return transport.send(message, options);
  };
  const office = openOffice(storage, { clock, transport: { ...transport, send } });
  await office.furnish(["ada"]);
  await office.callboard.start();
  return { office, storage, clock, dueAt, early, close };
}

async function count({
  office,
  storage,
  early,
}: Awaited<ReturnType<typeof openHost>>): Promise<ClockJumpsCounts> {
  const rows = await office.notifications();
  const attempts = await storage.notifications.attemptsOf(rows.map(({ id }) => id));
  const sends = Object.values(tally(office.transport.sent.map(({ notificationId }) => notificationId)));
  return {
    early: early.size,
    sent: sends.length,
    repeatedSends: office.transport.sent.length - sends.length,
    unsent: tally(rows.map(({ status }) => status).filter((status) => status !== "sent")),
    crashes: rows.reduce((sum, { crashes }) => sum + crashes, 0),
    strangeDurations: attempts.filter(
      ({ durationMs }) => durationMs === null || durationMs < 0 || durationMs > minute,
    ).length,
    troubles: office.logger.entries.map(({ message }) => message),
  };
}
