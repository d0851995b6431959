import type {
  AttemptResult,
  AttemptStart,
  ClaimRequest,
  Clock,
  InsertResult,
  Lease,
  Move,
  NewNotification,
  Notification,
  NotificationStore,
  OverdueNotification,
} from "@callboard/core/adapter";
import type { Gate, MemoryTransaction } from "./gate.js";
import type { Journal } from "./journal.js";
import { forgettingVerbs } from "./memory-forgetting.js";
import { readingVerbs } from "./memory-reading.js";
import { receiptVerbs } from "./memory-receipts.js";
import { type NotificationRow, newRow, toNotification } from "./notification-row.js";
import { NotificationTables } from "./notification-tables.js";

const priorityOrder = { high: 0, normal: 1, low: 2 };

export function memoryNotifications(gate: Gate, clock: Clock): NotificationStore<MemoryTransaction> {
  const tables = new NotificationTables();
  const verbs = new Verbs(tables, clock);
  return {
    insertMany: (rows, { transaction } = {}) =>
      gate.run(transaction, (journal) => verbs.insert(rows, journal)),
    discardBatch: (batchId, { transaction }) =>
      gate.run(transaction, (journal) => verbs.discardBatch(batchId, journal)),
    claim: (request) => gate.run(undefined, () => verbs.claim(request)),
    startAttempts: (attempts) => gate.run(undefined, () => verbs.startAttempts(attempts)),
    renew: (lease) => gate.run(undefined, () => verbs.renew(lease)),
    record: (results) => gate.run(undefined, () => verbs.record(results)),
    settle: (moves) => gate.run(undefined, () => verbs.settle(moves)),
    findOverdue: ({ limit }) => gate.run(undefined, () => verbs.findOverdue(limit)),
    ...receiptVerbs(tables, gate, clock),
    ...readingVerbs(tables, gate),
    ...forgettingVerbs(tables, gate, clock),
  };
}

/** Each verb in one synchronous stretch: nothing can come in between. */
class Verbs {
  #sequence = 0;

  constructor(
    private readonly tables: NotificationTables,
    private readonly clock: Clock,
  ) {}

  insert(rows: readonly NewNotification[], journal?: Journal): InsertResult {
    const found = rows.map((row) => ({ row, existing: this.tables.existing(row) }));
    const fresh = found.flatMap((one) => (one.existing ? [] : [one.row]));
    for (const row of fresh) {
      this.#sequence += 1;
      this.tables.put(newRow(row, this.clock.now(), this.#sequence), journal);
    }
    return {
      insertedIds: fresh.map(({ id }) => id),
      existing: found.flatMap((one) => (one.existing ? [toNotification(one.existing)] : [])),
    };
  }

  discardBatch(batchId: string, journal?: Journal): void {
    const rows = [...this.tables.notifications.values()].filter((row) => row.batchId === batchId);
    for (const row of rows) this.tables.take(row, journal);
  }

  claim({ token, leaseMs, channels, pausedTemplates, limit }: ClaimRequest): Notification[] {
    const now = this.clock.now();
    const mayClaim = (row: NotificationRow) =>
      isDue(row, now) &&
      channels.includes(row.channel) &&
      !pausedTemplates.some(({ channel, template }) => channel === row.channel && template === row.template);
    const due = [...this.tables.notifications.values()].filter(mayClaim).sort(byUrgency).slice(0, limit);
    const leaseUntil = new Date(now.getTime() + leaseMs);
    return due.map((row) => this.#replace({ ...row, status: "sending", leaseToken: token, leaseUntil }));
  }

  startAttempts(attempts: readonly AttemptStart[]): string[] {
    const now = this.clock.now();
    return attempts.flatMap(({ id, notificationId, leaseToken }) => {
      const row = this.tables.notifications.get(notificationId);
      if (row?.status !== "sending" || row.leaseToken !== leaseToken || isOver(row, now)) return [];
      const ids = this.tables.attemptsOf.get(notificationId) ?? [];
      this.tables.attemptsOf.set(notificationId, [...ids, id]);
      this.tables.saveAttempt({
        id,
        notificationId,
        channel: row.channel,
        startedAt: now,
        endedAt: null,
        outcome: null,
        providerMessageId: null,
        providerCode: null,
        message: null,
        durationMs: null,
      });
      this.#replace({ ...row, attemptId: id });
      return [notificationId];
    });
  }

  renew({ token, leaseMs }: Lease): string[] {
    const now = this.clock.now();
    const leaseUntil = new Date(now.getTime() + leaseMs);
    const held = [...this.tables.notifications.values()].filter(
      (row) => row.status === "sending" && row.leaseToken === token && !isOver(row, now),
    );
    return held.map((row) => this.#replace({ ...row, leaseUntil }).id);
  }

  record(results: readonly AttemptResult[]): Notification[] {
    const now = this.clock.now();
    return results.flatMap(({ attemptId, notificationId, leaseToken, transition, ...learnt }) => {
      const attempt = this.tables.attempts.get(attemptId);
      if (attempt && attempt.channel !== null) {
        const providerMessageId = learnt.providerMessageId ?? attempt.providerMessageId;
        this.tables.saveAttempt({ ...attempt, ...learnt, providerMessageId, endedAt: now });
      }
      const row = this.tables.notifications.get(notificationId);
      if (row?.status !== "sending" || row.leaseToken !== leaseToken) return [];
      return [toNotification(this.tables.move(row, transition, now))];
    });
  }

  settle(moves: readonly Move[]): Notification[] {
    const now = this.clock.now();
    return moves.flatMap(({ id, from, transition }) => {
      const row = this.tables.notifications.get(id);
      if (
        row?.status !== from.status ||
        row.leaseToken !== from.leaseToken ||
        row.attemptId !== from.attemptId
      )
        return [];
      if (from.leaseOver && !isOver(row, now)) return [];
      return [toNotification(this.tables.move(row, transition, now))];
    });
  }

  findOverdue(limit: number): OverdueNotification[] {
    const now = this.clock.now();
    const overdue = [...this.tables.notifications.values()]
      .filter((row) => isOverdue(row, now))
      .slice(0, limit);
    return overdue.map((row) => ({
      notification: toNotification(row),
      leaseToken: row.leaseToken,
      attemptOpen: row.attemptId !== null && this.tables.attempts.get(row.attemptId)?.endedAt === null,
    }));
  }

  #replace(row: NotificationRow): Notification {
    this.tables.notifications.set(row.id, row);
    return toNotification(row);
  }
}

function isDue({ status, nextAttemptAt, expiresAt }: NotificationRow, now: Date): boolean {
  return (
    status === "pending" &&
    nextAttemptAt !== null &&
    nextAttemptAt <= now &&
    (expiresAt === null || expiresAt > now)
  );
}

function isOver({ leaseUntil }: NotificationRow, now: Date): boolean {
  return leaseUntil === null || leaseUntil <= now;
}

function isOverdue(row: NotificationRow, now: Date): boolean {
  if (row.status === "sending") return isOver(row, now);
  if (row.status === "uncertain") return row.nextAttemptAt !== null && row.nextAttemptAt <= now;
  return row.status === "pending" && row.expiresAt !== null && row.expiresAt <= now;
}

function byUrgency(a: NotificationRow, b: NotificationRow): number {
  return (
    priorityOrder[a.priority] - priorityOrder[b.priority] ||
    (a.nextAttemptAt?.getTime() ?? 0) - (b.nextAttemptAt?.getTime() ?? 0) ||
    a.sequence - b.sequence
  );
}
