import {
  DeliveryError,
  type FailureClass,
  type Notification,
  type NotificationStatus,
  type UncertainPolicy,
} from "@callboard/core";
import type { Receipt } from "@callboard/core/adapter";
import { testClock } from "@callboard/testing";
import { expect } from "vitest";
import { type ChatTransport, chatTransport, receipt, type Stage, type Worker } from "./engine-stage.js";

/** What the provider does with a send: accepts it, refuses it, loses the answer, breaks, or keeps quiet. */
export type ProviderOutcome = "accepted" | Exclude<FailureClass, "quarantined"> | "breaks" | "silence";

/** One time the provider was asked. */
interface Send {
  readonly notificationId: string;
  readonly attemptId: string;
  readonly providerMessageId: string;
  readonly at: Date;
  /** Whether the person may have got it; a refused one has not left. */
  readonly hasLeft: boolean;
  /** The engine was told so, by a worker that lived. */
  readonly isAccepted: boolean;
}

/** A notification as it was after the step before. */
interface Seen {
  readonly row: Notification;
  readonly sends: number;
  readonly resent: number;
}

const dispatch = {
  concurrency: 4,
  leaseMs: 60_000,
  heartbeatMs: 20_000,
  sendTimeoutMs: 10_000,
  sweepMs: 15_000,
};
const policy = {
  maxAttempts: 4,
  baseDelayMs: 2_000,
  maxDelayMs: 60_000,
  laterDelayMs: 120_000,
  uncertainWaitMs: 30_000,
  pauseMs: 20_000,
  unreachableMs: 1,
};
const strength: Partial<Record<string, number>> = { delivered: 1, read: 2 };

/**
 * A living worker, any number of dead ones, and a provider that remembers what it was asked. `check` holds what
 * is stored against what really happened.
 */
export class ProviderWorld {
  readonly #outcomes: ProviderOutcome[] = [];
  readonly #sends: Send[] = [];
  readonly #dead: { worker: Worker; answer: () => void }[] = [];
  #before = new Map<string, Seen>();
  readonly #failedReceipts = new Map<string, number>();
  /** How often a person had a notification sent once more. */
  readonly #resent = new Map<string, number>();
  /** Notifications of which a receipt came before anything to match it by. */
  readonly #mayBeParked = new Set<string>();
  #living: Worker | null = null;

  /** Every status that any notification has been in. */
  readonly seen = new Set<NotificationStatus>();

  constructor(private readonly stage: Stage) {}

  async begin(): Promise<void> {
    this.#living = await this.stage.started({ transport: this.#transport(), dispatch, policy });
  }

  get hasLeft(): boolean {
    return this.#sends.some(({ hasLeft }) => hasLeft);
  }

  get hasDead(): boolean {
    return this.#dead.length > 0;
  }

  async queue(people: number, onUncertain: UncertainPolicy, expiresInMs: number | null): Promise<void> {
    await this.#forgiven();
    await this.stage.queue(this.#worker(), this.#request(people, onUncertain, expiresInMs));
    await this.stage.clock.advance(0);
  }

  /** A worker claims, begins to send, and stands still from then on. */
  async queueAndDie(people: number, onUncertain: UncertainPolicy): Promise<void> {
    await this.#forgiven();
    const clock = testClock(this.stage.clock.now());
    const { promise, resolve } = Promise.withResolvers<void>();
    const transport = chatTransport(async (message) => {
      const { providerMessageId } = this.#remember(message, { hasLeft: true, isAccepted: false });
      await promise;
      return { providerMessageId };
    });
    const worker = await this.stage.started({ transport, clock, dispatch, policy });
    await this.stage.queue(worker, this.#request(people, onUncertain, null));
    await clock.advance(0);
    this.#dead.push({ worker, answer: resolve });
  }

  /** A worker that stood still goes on where it was. */
  async answerLate(): Promise<void> {
    this.#dead.shift()?.answer();
    await this.stage.clock.advance(0);
  }

  willAnswer(outcome: ProviderOutcome): void {
    this.#outcomes.push(outcome);
  }

  async advance(ms: number): Promise<void> {
    await this.stage.clock.advance(ms);
  }

  async restart(): Promise<void> {
    await this.stage.stop(this.#worker());
    await this.#worker().callboard.start();
    await this.stage.clock.advance(0);
  }

  /** The provider reports on one of the messages that have left, again or for the first time. */
  async report(
    pick: number,
    status: Receipt["status"],
    failureClass: Exclude<FailureClass, "quarantined">,
    byAttempt: boolean,
  ): Promise<void> {
    const left = this.#sends.filter(({ hasLeft }) => hasLeft);
    const send = left[pick % left.length];
    if (!send) throw new Error("Nothing has left yet.");
    const { notificationId, providerMessageId, isAccepted } = send;
    const attemptId = byAttempt ? send.attemptId : null;
    if (!byAttempt && !isAccepted) this.#mayBeParked.add(notificationId);
    const failure = { failureClass, providerCode: "1", message: "It failed.", hint: "A hint." };
    const changes = { attemptId, occurredAt: this.stage.clock.now() };
    await this.stage.report(
      this.#worker(),
      receipt(providerMessageId, status, status === "failed" ? { ...changes, failure } : changes),
    );
    if (status === "failed") {
      this.#failedReceipts.set(notificationId, (this.#failedReceipts.get(notificationId) ?? 0) + 1);
    }
  }

  /** The host does not want one of the notifications any more. */
  async cancel(pick: number): Promise<void> {
    const row = await this.#pick(pick, () => true);
    if (!row) return;
    const { cancelled } = await this.#worker().callboard.notifications.cancel({ ids: [row.id] });
    expect(cancelled.map(({ id }) => id)).toEqual(row.status === "pending" ? [row.id] : []);
  }

  /** A person has everything that failed sent once more. */
  async replay(): Promise<void> {
    const failed = (await this.stage.all()).filter(({ status }) => status === "failed");
    const { notifications } = this.#worker().callboard;
    const { replayed, refused } = await notifications.replay({}, { reason: "It is mended." });
    expect(replayed + refused.length).toBe(failed.length);
    const kept = new Set(refused.map(({ id }) => id));
    for (const { id } of failed) if (!kept.has(id)) this.#countResent(id);
    await this.stage.clock.advance(0);
  }

  /** A person decides what became of a send that nobody knows about. */
  async resolve(pick: number, as: "told" | "resend" | "give-up"): Promise<void> {
    const row = await this.#pick(pick, ({ status }) => status === "uncertain");
    if (!row) return;
    await this.#worker().callboard.notifications.resolve([row.id], { as, reason: "Asked them." });
    if (as === "resend") this.#countResent(row.id);
    await this.stage.clock.advance(0);
  }

  /** What must hold after every step. */
  async check(): Promise<void> {
    const rows = await this.stage.all();
    const attempts = await this.stage.storage.notifications.attemptsOf(rows.map(({ id }) => id));
    for (const row of rows) {
      this.seen.add(row.status);
      const sends = this.#sends.filter(({ notificationId }) => notificationId === row.id);
      const attemptIds = attempts.flatMap((one) => (one.notificationId === row.id ? [one.id] : []));
      expect(attemptIds.toSorted()).toEqual(sends.map(({ attemptId }) => attemptId).toSorted());
      expect(row.attempts).toBeGreaterThanOrEqual(0);
      expect(row.attempts).toBeLessThanOrEqual(sends.length);
      this.#checkNotLost(row);
      this.#checkSends(row, sends);
      const before = this.#before.get(row.id);
      if (before) this.#checkStep(before, row, sends.length);
      const resent = this.#resent.get(row.id) ?? 0;
      this.#before.set(row.id, { row, sends: sends.length, resent });
    }
  }

  /** Lets everything come to its end, and looks whether it has. */
  async end(): Promise<void> {
    this.#outcomes.length = 0;
    for (const { answer } of this.#dead) answer();
    for (let step = 0; step < 60; step += 1) {
      await this.stage.clock.advance(20_000);
      await this.check();
    }
    for (const { id, status, onUncertain } of await this.stage.all()) {
      const ends = ["sent", "delivered", "read", "failed", "expired", "cancelled"];
      if (onUncertain === "hold") ends.push("uncertain");
      expect(ends, `the end of ${id}`).toContain(status);
    }
  }

  #checkNotLost({ status, nextAttemptAt, onUncertain }: Notification): void {
    if (status === "pending") expect(nextAttemptAt).not.toBeNull();
    if (status === "uncertain" && onUncertain !== "hold") expect(nextAttemptAt).not.toBeNull();
    if (isAtItsEnd(status)) expect(nextAttemptAt).toBeNull();
  }

  #checkSends({ id, expiresAt }: Notification, sends: readonly Send[]): void {
    // Whatever is not accepted here was refused, or its outcome is unknown.
    const accepted = sends.filter(({ isAccepted }) => isAccepted).length;
    const again = (this.#failedReceipts.get(id) ?? 0) + (this.#resent.get(id) ?? 0);
    expect(accepted).toBeLessThanOrEqual(1 + again);
    for (const { at } of sends) {
      if (expiresAt) expect(at.getTime()).toBeLessThan(expiresAt.getTime());
    }
  }

  #checkStep(before: Seen, row: Notification, sends: number): void {
    const was = before.row;
    expect(strength[row.status] ?? 0).toBeGreaterThanOrEqual(strength[was.status] ?? 0);
    if (was.status === "sent" && !this.#failedReceipts.has(row.id)) {
      expect(["sent", "delivered", "read"]).toContain(row.status);
    }
    if (row.acknowledgedAt) expect(row.readAt).not.toBeNull();
    for (const stamp of ["sentAt", "deliveredAt", "readAt", "acknowledgedAt"] as const) {
      if (was[stamp]) expect(row[stamp]).toEqual(was[stamp]);
    }
    const isReplayed = (this.#resent.get(row.id) ?? 0) > before.resent;
    if (!isReplayed) {
      expect(row.crashes).toBeGreaterThanOrEqual(was.crashes);
      expect(row.uncertainties).toBeGreaterThanOrEqual(was.uncertainties);
    }
    const isOver = ["delivered", "read"].includes(was.status);
    const hasEnded = isAtItsEnd(was.status) && was.status !== "sent" && !this.#mayBeParked.has(row.id);
    if (isOver || (hasEnded && !isReplayed)) expect(sends).toBe(before.sends);
  }

  async #pick(pick: number, fits: (row: Notification) => boolean): Promise<Notification | undefined> {
    const rows = (await this.stage.all()).filter(fits);
    return rows[pick % rows.length];
  }

  /** Until whoever could not be reached is tried again. */
  async #forgiven(): Promise<void> {
    await this.stage.clock.advance(policy.unreachableMs);
  }

  #countResent(id: string): void {
    this.#resent.set(id, (this.#resent.get(id) ?? 0) + 1);
  }

  #worker(): Worker {
    if (!this.#living) throw new Error("Call begin() first.");
    return this.#living;
  }

  #request(people: number, onUncertain: UncertainPolicy, expiresInMs: number | null) {
    const expiresAt = new Date(this.stage.clock.now().getTime() + (expiresInMs ?? 0));
    return { people, onUncertain, ...(expiresInMs !== null && { expiresAt }) };
  }

  #transport(): ChatTransport {
    return chatTransport(async (message, { signal }) => {
      const outcome = this.#outcomes.shift() ?? "accepted";
      const isAccepted = outcome === "accepted";
      const hasLeft = isAccepted || ["breaks", "silence", "uncertain"].includes(outcome);
      const { providerMessageId } = this.#remember(message, { hasLeft, isAccepted });
      if (outcome === "accepted") return { providerMessageId };
      if (outcome === "breaks") throw new Error("The transport broke.");
      if (outcome === "silence") return aborted(signal);
      throw new DeliveryError("It failed.", { failureClass: outcome, hint: "A hint." });
    });
  }

  #remember(
    { notificationId, attemptId }: { notificationId: string; attemptId: string },
    fate: Pick<Send, "hasLeft" | "isAccepted">,
  ): Send {
    const providerMessageId = `message-${this.#sends.length + 1}`;
    const send = { notificationId, attemptId, providerMessageId, at: this.stage.clock.now(), ...fate };
    this.#sends.push(send);
    return send;
  }
}

function isAtItsEnd(status: NotificationStatus): boolean {
  return ["sent", "delivered", "read", "failed", "expired", "cancelled"].includes(status);
}

/** As a transport that heeds its signal, and knows nothing when it rings. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("aborted")), { once: true });
  });
}
