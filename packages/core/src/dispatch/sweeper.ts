import type { LifeEvent } from "../domain/life-event.js";
import { emitMoves } from "../events/lifecycle.js";
import type { Timer } from "../ports/clock.js";
import type { Move, OverdueNotification } from "../ports/notification-store.js";
import { applyParked } from "../receipts/apply-parked.js";
import { type Runtime, stepOf } from "../runtime.js";
import type { KeptWebhooks } from "../webhooks/kept-webhooks.js";
import type { Dispatcher } from "./dispatcher.js";
import type { Pauses } from "./pauses.js";

/** Rows looked at in one statement; more are left to the next round of the same sweep. */
const batchSize = 500;

/** A receipt that nothing matched for a day belongs to a message of somebody else. */
const parkedForMs = 86_400_000;

interface SweeperParts<Tx> {
  readonly dispatcher: Dispatcher<Tx>;
  readonly pauses: Pauses<Tx>;
  readonly webhooks: KeptWebhooks<Tx>;
}

/**
 * The guarantee of delivery: finds what is due, what a dead worker left behind, what stayed uncertain for too
 * long, and what has expired, whether or not anybody rang.
 */
export class Sweeper<Tx> {
  #timer: Timer | null = null;
  #running: Promise<void> | null = null;
  #stopped = true;
  #sweptAtMs: number;

  constructor(
    private readonly runtime: Runtime<Tx>,
    private readonly parts: SweeperParts<Tx>,
    private readonly sweepMs: number,
  ) {
    this.#sweptAtMs = runtime.clock.monotonicMs();
  }

  /** How long ago a sweep last came to its end, or the process began to work. */
  get lastSweepMs(): number {
    return this.runtime.clock.monotonicMs() - this.#sweptAtMs;
  }

  start(): void {
    this.#stopped = false;
    this.#tick();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#running;
  }

  /** One round. Rejects when the store cannot be reached. */
  async sweep(): Promise<void> {
    const { notifications } = this.runtime.storage;
    const { dispatcher, pauses, webhooks } = this.parts;
    await this.#settleOverdue();
    await applyParked(this.runtime, pauses, { limit: batchSize });
    await notifications.forgetParked({ olderThanMs: parkedForMs });
    await dispatcher.poke();
    // Last: what is due waits for nobody else's webhooks.
    await webhooks.sweep();
    this.#sweptAtMs = this.runtime.clock.monotonicMs();
  }

  async #settleOverdue(): Promise<void> {
    const { storage, lifecycle } = this.runtime;
    for (;;) {
      const overdue = await storage.notifications.findOverdue({ limit: batchSize });
      if (overdue.length === 0) return;
      const moved = await storage.notifications.settle(overdue.flatMap((row) => this.#move(row) ?? []));
      emitMoves(lifecycle, moved);
      // A sweep with much to do is none that hangs.
      this.#sweptAtMs = this.runtime.clock.monotonicMs();
      // A full batch of which nothing moved is another sweeper's work; it need not be looked at again now.
      if (overdue.length < batchSize || moved.length === 0) return;
    }
  }

  #move(row: OverdueNotification): Move | null {
    const { notification, leaseToken } = row;
    const { id, status, attemptId } = notification;
    const transition = stepOf(this.runtime, notification, eventOf(row));
    const from = { status, attemptId, leaseToken, leaseOver: status === "sending" };
    return transition && { id, from, transition };
  }

  #tick(): void {
    this.#running = this.sweep()
      .catch((err: unknown) =>
        this.runtime.logger.error({ err }, "the sweep failed; the next one tries again"),
      )
      .then(() => {
        if (this.#stopped) return;
        // Jittered, so that many processes do not sweep in step.
        const delayMs = this.sweepMs * (0.8 + 0.4 * this.runtime.random());
        this.#timer = this.runtime.clock.setTimer(() => this.#tick(), delayMs);
      });
  }
}

function eventOf({ notification, attemptOpen }: OverdueNotification): LifeEvent {
  if (notification.status === "sending") return { type: "lease-lost", attemptOpen };
  return { type: notification.status === "uncertain" ? "wait-over" : "expired" };
}
