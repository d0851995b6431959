import type {
  AttemptResult,
  AttemptStart,
  ClaimRequest,
  Clock,
  DueRequest,
  Lease,
  Notification,
  NotificationStore,
} from "@callboard/core/adapter";
import type { Gate } from "./gate.js";
import { isOver, type NotificationRow, toNotification } from "./notification-row.js";
import type { NotificationTables } from "./notification-tables.js";

type ClaimingVerbs = Pick<NotificationStore, "claim" | "oldestDue" | "startAttempts" | "renew" | "record">;

export function claimingVerbs(tables: NotificationTables, gate: Gate, clock: Clock): ClaimingVerbs {
  const verbs = new Verbs(tables, clock);
  return {
    claim: (request) => gate.run(undefined, () => verbs.claim(request)),
    oldestDue: (request) => gate.run(undefined, () => verbs.oldestDue(request)),
    startAttempts: (attempts) => gate.run(undefined, () => verbs.startAttempts(attempts)),
    renew: (lease) => gate.run(undefined, () => verbs.renew(lease)),
    record: (results) => gate.run(undefined, () => verbs.record(results)),
  };
}

/** Each verb in one synchronous stretch: nothing can come in between. */
class Verbs {
  constructor(
    private readonly tables: NotificationTables,
    private readonly clock: Clock,
  ) {}

  claim({ token, leaseMs, priorities, limit, ...request }: ClaimRequest): Notification[] {
    const now = this.clock.now();
    const due = [...this.tables.notifications.values()]
      .filter((row) => isDue(row, now) && priorities.includes(row.priority) && mayClaim(row, request))
      .sort((a, b) => priorities.indexOf(a.priority) - priorities.indexOf(b.priority) || byDueTime(a, b));
    const leaseUntil = new Date(now.getTime() + leaseMs);
    return due
      .slice(0, limit)
      .map((row) => this.#replace({ ...row, status: "sending", leaseToken: token, leaseUntil }));
  }

  oldestDue(request: DueRequest): number | null {
    const now = this.clock.now();
    let oldest: Date | null = null;
    for (const row of this.tables.notifications.values()) {
      const { nextAttemptAt: at } = row;
      if (at && isDue(row, now) && mayClaim(row, request) && (!oldest || at < oldest)) oldest = at;
    }
    return oldest && now.getTime() - oldest.getTime();
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

function mayClaim(
  row: NotificationRow,
  { channels, pausedTemplates, template }: DueRequest & Pick<ClaimRequest, "template">,
): boolean {
  return (
    channels.includes(row.channel) &&
    (template === undefined || row.template === template) &&
    !pausedTemplates.some((paused) => paused.channel === row.channel && paused.template === row.template)
  );
}

function byDueTime(a: NotificationRow, b: NotificationRow): number {
  return (a.nextAttemptAt?.getTime() ?? 0) - (b.nextAttemptAt?.getTime() ?? 0) || a.sequence - b.sequence;
}
