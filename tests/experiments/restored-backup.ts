import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Notification } from "@callboard/core";
import { kyselyStorage } from "@callboard/storage-kysely";
import { nodeSqliteDialect } from "@callboard/storage-kysely/node-sqlite";
import { Kysely, sql } from "kysely";
import { openOffice } from "./office.ts";
import { until } from "./until.ts";

/** What people were about when the copy was made, by user id. */
export const backedUp = {
  /** Sent before it. */
  sent: "ada",
  /** On their way: with a receipt that comes after the restore, held for a person to decide, and to be sent again. */
  settled: "ben",
  held: "cleo",
  resent: "dora",
  /** Waiting. */
  waiting: "emil",
  /** Queued after it. */
  later: "fay",
} as const;

export type Person = (typeof backedUp)[keyof typeof backedUp];

export interface RestoredBackupCounts {
  /** How often each person was told: before the restore, and by it. */
  readonly toldBefore: Readonly<Partial<Record<Person, number>>>;
  readonly toldAgain: Readonly<Partial<Record<Person, number>>>;
  /** The rows of the restored database in the end. */
  readonly rows: Readonly<Partial<Record<Person, Pick<Notification, "status" | "crashes" | "attempts">>>>;
  /** What was sent from the restored database while its channel was paused. */
  readonly toldInPause: number;
}

export interface RestoredBackupOptions {
  /** Forgets of which rows an attempt was open: as if a lost lease were a row that was never tried. @default false */
  readonly forgetful?: boolean;
}

/** R31: a database is copied with messages on their way, is used for a while longer, and is lost; the copy goes on. */
export async function restoredBackup({
  forgetful = false,
}: RestoredBackupOptions = {}): Promise<RestoredBackupCounts> {
  const folder = mkdtempSync(join(tmpdir(), "callboard-backup-"));
  const [original, copy] = [join(folder, "original.sqlite"), join(folder, "copy.sqlite")];
  try {
    const { toldBefore, receipt } = await liveOn(original, copy);
    return { toldBefore, ...(await restore(copy, receipt, forgetful)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function open(file: string, forgetful = false) {
  const db = new Kysely<unknown>({ dialect: nodeSqliteDialect({ file }) });
  const storage = kyselyStorage({ db, dialect: "sqlite" });
  const { findOverdue } = storage.notifications;
  const blind: typeof findOverdue = async (request) =>
    (await findOverdue(request)).map((row) => ({ ...row, attemptOpen: false }));
  const notifications = forgetful ? { ...storage.notifications, findOverdue: blind } : storage.notifications;
  const office = openOffice({ ...storage, notifications });
  return { db, storage, office };
}

async function liveOn(original: string, copy: string) {
  const { db, storage, office } = open(original);
  const { callboard, transport } = office;
  await storage.migrate();
  await office.furnish(Object.values(backedUp));
  const queue = (userId: Person, more: { at?: Date; onUncertain?: "hold" } = {}) =>
    callboard.queueNotificationsToUsers({
      ...{ template: "order", context: { order: userId }, userIds: [userId], ...more },
    });
  await callboard.start();
  await queue(backedUp.sent);
  await until("the first is sent", office.isIdle);
  transport.hold();
  await queue(backedUp.settled);
  await queue(backedUp.held, { onUncertain: "hold" });
  await queue(backedUp.resent);
  await until("they are on their way", () => transport.sent.length === 4);
  await queue(backedUp.waiting, { at: new Date(Date.now() + 500) });
  await sql`vacuum into ${copy}`.execute(db);
  transport.release();
  await queue(backedUp.later);
  await until("everything is sent", office.isIdle);
  await callboard.stop();
  await db.destroy();
  const index = transport.sent.findIndex(({ to }) => to.startsWith(backedUp.settled));
  return {
    toldBefore: timesTold(transport.sent),
    // What the provider reports about a message that the original database sent.
    receipt: transport.receipt(`fake-${index + 1}`, "delivered"),
  };
}

async function restore(
  copy: string,
  receipt: Awaited<ReturnType<typeof liveOn>>["receipt"],
  forgetful: boolean,
) {
  const { db, storage, office } = open(copy, forgetful);
  const { callboard, transport } = office;
  const scope = { channel: "chat", template: null };
  await storage.pauses.pause({ ...scope, reason: "The database was restored.", forMs: 3_600_000 });
  await callboard.start();
  const ends = ["uncertain", "delivered", "failed", "sent", "pending"];
  await until("no lease is open", async () =>
    (await office.notifications()).every(({ status }) => ends.includes(status)),
  );
  await callboard.webhook("chat", transport.webhookRequest(receipt));
  const toldInPause = transport.sent.length;
  await callboard.pauses.resume(scope);
  const left = ["uncertain", "delivered", "failed", "sent"];
  await until("all is done", async () =>
    (await office.notifications()).every(
      ({ status, userId }) => left.includes(status) && (status !== "uncertain" || userId === backedUp.held),
    ),
  );
  const rows = await office.notifications();
  await callboard.stop();
  await db.destroy();
  return {
    toldInPause,
    toldAgain: timesTold(transport.sent),
    rows: Object.fromEntries(
      rows.map(({ userId, status, crashes, attempts }) => [userId, { status, crashes, attempts }]),
    ),
  };
}

function timesTold(sent: readonly { readonly to: string }[]): Partial<Record<Person, number>> {
  const times: Record<string, number> = {};
  for (const { to } of sent) {
    const person = to.replace("@chat", "");
    times[person] = (times[person] ?? 0) + 1;
  }
  return times;
}
