import { kyselyStorage } from "@callboard/storage-kysely";
import type { TestDatabase } from "@callboard/test-databases";
import type { Engine } from "./engine.ts";
import { jumpingClock } from "./jumping-clock.ts";
import { type Office, openOffice, tally, textOf } from "./office.ts";
import { until } from "./until.ts";

const day = 86_400_000;

/** When notifications are due and when they expire, in days from when they are queued. */
const plans = {
  "due at once": {},
  "due in 20 days": { at: 20 },
  "due in 40 days": { at: 40 },
  "until in 10 days": { expiresAt: 10 },
  "from in 5 until in 30 days": { at: 5, expiresAt: 30 },
  "until in 60 days": { expiresAt: 60 },
} as const satisfies Record<string, Plan>;

interface Plan {
  readonly at?: number;
  readonly expiresAt?: number;
}

export interface MonthAwayOptions {
  /** Whose time can be moved. */
  readonly database: TestDatabase;
  readonly engine: Engine;
  /** Of each kind. */
  readonly notifications: number;
}

export interface MonthAwayCounts {
  /** How each kind has ended, by status. */
  readonly ended: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Wake-ups that the engine still had when the month was over. */
  readonly wakeUpsLeft: number;
  /** Events of each name. */
  readonly events: Readonly<Record<string, number>>;
  readonly repeatedSends: number;
}

/** C06: all workers are off for 31 days, and the engine cleans up behind itself meanwhile. */
export async function monthAway({
  database,
  engine,
  notifications,
}: MonthAwayOptions): Promise<MonthAwayCounts> {
  const clock = jumpingClock();
  const { db, url, close } = await database.open({ clock });
  const storage = kyselyStorage({ db, dialect: database.dialect });
  await storage.migrate();
  const opened = await engine.open(url);
  const office = async () => openOffice(storage, { scheduler: await opened.connect(), clock });
  const [host, worker] = [await office(), await office()];
  const events = eventsOf(worker);
  try {
    await worker.furnish(["ada"]);
    // The engine's tables and keys are made.
    await worker.callboard.start();
    await worker.callboard.stop();
    for (const [name, plan] of Object.entries<Plan>(plans)) await queueAll(host, name, plan, notifications);
    await opened.age(31);
    const wakeUpsLeft = Object.values(await opened.jobs()).reduce((sum, count) => sum + count, 0);
    clock.jumpTo(31 * day);
    await worker.callboard.start();
    // The later ones of this kind stay as they are.
    await until("everything that is due has ended", async () => {
      const { byStatus } = await worker.callboard.notifications.stats({ from: new Date(0) });
      return byStatus.pending === notifications && !byStatus.sending && !byStatus.uncertain;
    });
    return { ...(await counts(worker)), wakeUpsLeft, events: tally(events) };
  } finally {
    await worker.callboard.stop();
    await opened.close();
    await close();
  }
}

async function queueAll(
  { callboard }: Office,
  order: string,
  { at, expiresAt }: Plan,
  count: number,
): Promise<void> {
  for (let index = 0; index < count; index += 1)
    await callboard.queueNotificationsToUsers({
      ...{ template: "order", context: { order }, userIds: ["ada"] },
      ...(at !== undefined && { at: inDays(at) }),
      ...(expiresAt !== undefined && { expiresAt: inDays(expiresAt) }),
    });
}

function inDays(days: number): Date {
  return new Date(Date.now() + days * day);
}

/** The names of what is told of notifications, as it comes. */
function eventsOf({ callboard }: Office): string[] {
  const events: string[] = [];
  for (const name of ["notification.sent", "notification.expired", "notification.failed"] as const)
    callboard.observe(name, () => void events.push(name));
  return events;
}

async function counts({ notifications, transport }: Office) {
  const rows = await notifications();
  const ended = Object.keys(plans).map((name) => {
    const own = rows.filter(({ content }) => content.text === textOf(name));
    return [name, tally(own.map(({ status }) => status))] as const;
  });
  const told = new Set(transport.sent.map(({ notificationId }) => notificationId)).size;
  return { ended: Object.fromEntries(ended), repeatedSends: transport.sent.length - told };
}
