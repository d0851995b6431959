import { afterAccepted, afterFailure } from "../domain/next-step.js";
import type { Notification } from "../domain/notification.js";
import { stepTo } from "../domain/transition.js";
import type { AttemptResult } from "../ports/notification-store.js";
import { type Runtime, stepContext } from "../runtime.js";
import type { DispatchOptions } from "./dispatch-options.js";
import { Leases } from "./leases.js";
import type { Lanes, Pauses } from "./pauses.js";
import { Recorder } from "./recorder.js";
import { type SendOutcome, sendOne } from "./send-one.js";

/** Rows that were sent but not stored yet may pile up to this multiple of the concurrency; then claiming waits. */
const backlogFactor = 4;

interface Held {
  readonly notification: Notification;
  readonly leaseToken: string;
  readonly attemptId: string;
}

/** Claims what is due, sends it, and records what happened: claim → decide → send → record. */
export class Dispatcher<Tx> {
  readonly #leases: Leases<Tx>;
  readonly #recorder: Recorder<Tx>;
  readonly #abortSends = new AbortController();
  readonly #giveUpRecording = new AbortController();
  readonly #working = new Set<Promise<void>>();
  /** Channels on which a probe is under way. */
  readonly #probes = new Set<string>();
  #sending = 0;
  #somethingDue = false;
  #claiming: Promise<void> | null = null;
  #stopping = false;

  constructor(
    private readonly runtime: Runtime<Tx>,
    private readonly pauses: Pauses<Tx>,
    private readonly options: DispatchOptions,
  ) {
    this.#leases = new Leases(runtime, options);
    this.#recorder = new Recorder(runtime, pauses, this.#giveUpRecording.signal);
  }

  /** Something may be due. Resolves when it has been claimed, or when all hands are full. */
  poke(): Promise<void> {
    this.#somethingDue = true;
    this.#claiming ??= this.#claim();
    return this.#claiming;
  }

  /** Claims nothing more, waits up to `drainMs` for sends in flight, then aborts them. */
  async stop(drainMs: number): Promise<void> {
    this.#stopping = true;
    const timer = this.runtime.clock.setTimer(() => this.#abortSends.abort(), drainMs);
    // Whoever asked for the claim hears of its failure.
    await this.#claiming?.catch(() => undefined);
    const given = this.runtime.clock.setTimer(() => this.#giveUpRecording.abort(), drainMs + 2_000);
    await Promise.all(this.#working);
    timer.cancel();
    given.cancel();
  }

  async #claim(): Promise<void> {
    // Lets `poke` note this promise before the end of it is noted.
    await null;
    try {
      while (this.#somethingDue && !this.#stopping) {
        const free = this.#free();
        // In halves, so that one claim serves many sends; the send that frees enough hands pokes again.
        if (free < Math.ceil(this.options.concurrency / 2)) return;
        this.#somethingDue = false;
        const lanes = await this.pauses.lanes();
        await this.#claimLane(lanes.open, free, lanes);
        for (const channel of lanes.probing) await this.#probe(channel, lanes);
      }
    } finally {
      this.#claiming = null;
    }
  }

  /** One message tells whether a paused channel works again. */
  async #probe(channel: string, lanes: Lanes): Promise<void> {
    if (this.#probes.has(channel)) return;
    this.#probes.add(channel);
    let begun = 0;
    try {
      begun = await this.#claimLane([channel], 1, lanes);
    } finally {
      if (begun === 0) this.#probes.delete(channel);
    }
  }

  #free(): number {
    const { concurrency } = this.options;
    return Math.min(concurrency - this.#sending, concurrency * backlogFactor - this.#working.size);
  }

  /** Returns how many sends it began. */
  async #claimLane(channels: readonly string[], limit: number, { pausedTemplates }: Lanes): Promise<number> {
    if (channels.length === 0) return 0;
    const { storage, newId } = this.runtime;
    const token = newId();
    const { leaseMs } = this.options;
    const rows = await storage.notifications.claim({ token, leaseMs, channels, pausedTemplates, limit });
    if (rows.length === 0) return 0;
    if (rows.length === limit) this.#somethingDue = true;
    if (!this.#stopping) return this.#begin(rows, token);
    await this.#handBack(rows.map((notification) => ({ notification, leaseToken: token })));
    return 0;
  }

  async #begin(rows: readonly Notification[], leaseToken: string): Promise<number> {
    const held = rows.map((notification) => ({ notification, leaseToken, attemptId: this.runtime.newId() }));
    const started = await this.#startAttempts(held);
    // Whatever did not start has lost its lease: it is another worker's now.
    const ours = held.filter(({ notification }) => started.has(notification.id));
    if (ours.length > 0) this.#leases.hold(leaseToken, ours.length);
    for (const one of ours) this.#track(this.#deliver(one));
    return ours.length;
  }

  async #startAttempts(held: readonly Held[]): Promise<ReadonlySet<string>> {
    const { notifications } = this.runtime.storage;
    const attempts = held.map(({ notification, leaseToken, attemptId }) => ({
      id: attemptId,
      notificationId: notification.id,
      leaseToken,
    }));
    try {
      return new Set(await notifications.startAttempts(attempts));
    } catch (error) {
      // Nothing has left, so nobody need wait for the lease to end. Rows whose attempt was written after all stay.
      await this.#handBack(held).catch((err: unknown) =>
        this.runtime.logger.warn(
          { err },
          "claimed rows could not be handed back; they are free when their lease ends",
        ),
      );
      throw error;
    }
  }

  #track(work: Promise<void>): void {
    this.#working.add(work);
    void work.finally(() => {
      this.#working.delete(work);
      // Only now: a full backlog has room again.
      if (this.#somethingDue) this.#pokeQuietly();
    });
  }

  async #deliver(held: Held): Promise<void> {
    const { notification, leaseToken } = held;
    this.#sending += 1;
    const outcome = await this.#send(held);
    this.#sending -= 1;
    // Poked before the result is stored: the next send need not wait for this write.
    if (this.#somethingDue) this.#pokeQuietly();
    try {
      await this.#steer(notification, outcome);
    } catch (err) {
      this.runtime.logger.error({ err, notificationId: notification.id }, "a pause could not be stored");
    }
    await this.#recorder.add(this.#resultOf(held, outcome));
    this.#probes.delete(notification.channel);
    this.#leases.letGo(leaseToken);
  }

  #send({ notification, attemptId }: Held): Promise<SendOutcome> {
    const transport = this.runtime.transports.get(notification.channel);
    // Rows are claimed by the names of these very transports.
    if (!transport) throw new Error(`claimed a row of unknown channel ${notification.channel}`);
    const { clock } = this.runtime;
    const { sendTimeoutMs: timeoutMs } = this.options;
    return sendOne({
      notification,
      attemptId,
      transport,
      timeoutMs,
      stopping: this.#abortSends.signal,
      clock,
    });
  }

  async #steer(notification: Notification, outcome: SendOutcome): Promise<void> {
    if (outcome.accepted) {
      // Whatever waited behind the pause is due now.
      if (await this.pauses.resumeAfter(notification)) this.#somethingDue = true;
      return;
    }
    const { failureClass } = outcome.failure;
    if (failureClass === "sender" || failureClass === "template") {
      await this.pauses.pauseAfter(notification, outcome.failure, outcome.retryAfterMs);
    }
  }

  #resultOf({ notification, leaseToken, attemptId }: Held, outcome: SendOutcome): AttemptResult {
    const common = { attemptId, notificationId: notification.id, leaseToken, durationMs: outcome.durationMs };
    if (outcome.accepted) {
      const { providerMessageId } = outcome;
      const transition = afterAccepted(notification, providerMessageId);
      return {
        ...common,
        outcome: "accepted",
        providerMessageId,
        providerCode: null,
        message: null,
        transition,
      };
    }
    const { failure, retryAfterMs } = outcome;
    const { failureClass, providerCode, message } = failure;
    const transition = afterFailure(notification, failure, retryAfterMs, stepContext(this.runtime));
    return { ...common, outcome: failureClass, providerMessageId: null, providerCode, message, transition };
  }

  async #handBack(held: readonly Pick<Held, "notification" | "leaseToken">[]): Promise<void> {
    await this.runtime.storage.notifications.settle(
      held.map(({ notification, leaseToken }) => ({
        id: notification.id,
        from: { status: "sending", leaseToken, attemptId: notification.attemptId, leaseOver: false },
        transition: stepTo("pending", notification, { dueInMs: 0, failure: notification.failure }),
      })),
    );
  }

  #pokeQuietly(): void {
    this.poke().catch((err: unknown) =>
      this.runtime.logger.warn({ err }, "claiming failed; the sweep will try again"),
    );
  }
}
