import type { InFlight, SchedulerHandlers } from "@callboard/core/adapter";
import { readPayload } from "./payload.js";
import type { PlannedSlots } from "./planned-slots.js";
import type { BossJob, PgBossLike } from "./slivers.js";
import type { WakeQueue } from "./wake-queue.js";

/** As often as pg-boss allows. Also where it listens: no notification comes for what was put for later. */
const pollSeconds = 0.5;

const batchSize = 20;

/** So many at once are work enough for a moment; others take their share meanwhile. */
const manyIds = 500;
const shareMs = 150;

/** Takes jobs from the queue and rings for what they say. */
export class Rings {
  #stopped = false;
  #worker: string | null = null;

  constructor(
    private readonly boss: PgBossLike,
    private readonly queue: WakeQueue,
    private readonly slots: PlannedSlots,
    private readonly inFlight: InFlight,
    private readonly handlers: SchedulerHandlers,
  ) {}

  async start(): Promise<void> {
    await this.queue.prepare();
    if (this.#stopped) return;
    const intervals = { pollingIntervalSeconds: pollSeconds, notifyPollingIntervalSeconds: pollSeconds };
    this.#worker = await this.boss.work(this.queue.name, { batchSize, ...intervals }, (jobs) =>
      this.#take(jobs),
    );
    if (this.#stopped) await this.stop();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#worker !== null) await this.boss.offWork(this.queue.name, { id: this.#worker, wait: true });
  }

  async #take(jobs: readonly BossJob[]): Promise<void> {
    // Not lost: pg-boss hands them to another process.
    if (this.#stopped) throw new Error("The scheduler has been stopped.");
    const idCount = this.#ring(jobs);
    // Rung for, they are over, whatever comes of it.
    const ids = jobs.map(({ id }) => id);
    await this.boss.deleteJob(this.queue.name, ids);
    if (jobs.length < batchSize) return;
    if (idCount >= manyIds) await this.#pause(shareMs);
    if (this.#worker !== null) this.boss.notifyWorker(this.#worker);
  }

  /** Starts the handlers, and waits for none: a long one must not keep the others. */
  #ring(jobs: readonly BossJob[]): number {
    const payloads = jobs.map(({ data }) => readPayload(data));
    const wakes = payloads.filter((payload) => payload.type === "wake");
    const ids = wakes.flatMap((payload) => payload.ids);
    if (wakes.length > 0) {
      this.inFlight.run({ wakeUps: ids.length }, () => this.handlers.onWake([...new Set(ids)]));
    }
    for (const payload of payloads) {
      if (payload.type !== "tick" || !this.slots.isDue(payload.job, payload.slot)) continue;
      const { job, slot } = payload;
      this.inFlight.run({ job, slot }, () => this.handlers.onTick({ job, slot }));
    }
    return ids.length;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.handlers.clock.setTimer(resolve, ms);
    });
  }
}
