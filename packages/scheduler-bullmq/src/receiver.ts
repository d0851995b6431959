import type { InFlight, SchedulerHandlers } from "@callboard/core/adapter";
import type { Job } from "bullmq";
import { idsOf } from "./hint.js";
import { HintWorker } from "./hint-worker.js";
import type { BullmqSchedulerOptions, Connection } from "./options.js";
import { type JobsById, repeatStrategyOf, slotOf } from "./recurring.js";

/** How long a Redis is left alone that refused to give a wake-up, in ms. */
const pauseMs = 1_000;

/** How long the worker has to end in good order, in ms. */
const closeMs = 500;

interface Surroundings {
  readonly options: Required<BullmqSchedulerOptions>;
  readonly connection: Connection;
  readonly handlers: SchedulerHandlers;
  readonly inFlight: InFlight;
  readonly jobs: JobsById;
  readonly onError: (error: Error) => void;
  /** A slot has come of a job that is not among `jobs`. */
  readonly onUnknownJob: (id: string) => void;
}

/** Takes wake-ups and slots out of Redis, and rings for them. */
export class Receiver {
  readonly #stopped = Promise.withResolvers<void>();
  readonly #worker: HintWorker;
  /** `false`: it never will, for example because Redis does not allow its user what BullMQ asks first. */
  readonly hasBegun: Promise<boolean>;
  #isStopped = false;

  constructor(private readonly surroundings: Surroundings) {
    this.#worker = this.#open();
    this.hasBegun = this.#worker.waitUntilReady().then(
      () => true,
      (error: Error) => {
        surroundings.onError(error);
        return false;
      },
    );
  }

  /** Rings no more, and ends in good order if Redis answers soon. Otherwise all ends with the connection. */
  async close(): Promise<void> {
    this.#isStopped = true;
    this.#stopped.resolve();
    const isForced = this.surroundings.connection.status !== "ready";
    // To pause ends its timers, whatever Redis does.
    const closed = Promise.all([this.#worker.pause(true), this.#worker.close(isForced)]);
    const timer = this.#timer(closeMs);
    await Promise.race([closed, timer.rang]);
    timer.cancel();
  }

  #open(): HintWorker {
    const { connection, jobs, onError, options } = this.surroundings;
    const worker = new HintWorker(options.queueName, (job) => this.#ring(job), {
      connection,
      prefix: options.prefix,
      concurrency: 10,
      runRetryDelay: pauseMs,
      // A hint that is held for longer than its lock rings in another worker as well.
      skipLockRenewal: true,
      // A hint of a worker that died rings again, as often as it takes. One that kills BullMQ itself ends at last.
      maxStalledCount: 100,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
      settings: { repeatStrategy: repeatStrategyOf(jobs) },
    });
    worker.pauseAfterError = () => this.#pause();
    worker.on("error", onError);
    return worker;
  }

  /** Never rejects, so that no hint fails or is tried again: what it was for, the sweep finds. */
  async #ring(job: Job): Promise<void> {
    if (this.#isStopped) return;
    if (job.repeatJobKey !== undefined) return this.#ringForSlot(job, job.repeatJobKey);
    const { handlers, inFlight } = this.surroundings;
    const ids = idsOf(job.data);
    // Awaited, so that a worker with full hands leaves wake-ups to the others.
    const rung = inFlight.run({ wakeUps: ids.length }, () => handlers.onWake(ids));
    await Promise.race([rung, this.#stopped.promise]);
  }

  #ringForSlot(job: Job, id: string): void {
    const { handlers, inFlight, jobs, onUnknownJob } = this.surroundings;
    const known = jobs.get(id);
    if (!known) onUnknownJob(id);
    // `null`: of a timetable that has ended, or of somebody's making.
    const slot = known ? slotOf(job, known) : null;
    if (!known || !slot) return;
    const tick = { job: known.name, slot };
    // Not awaited: a job may take its time, and wake-ups are not to wait for it.
    void inFlight.run(tick, () => handlers.onTick(tick));
  }

  async #pause(): Promise<void> {
    const timer = this.#timer(pauseMs);
    await Promise.race([timer.rang, this.#stopped.promise]);
    timer.cancel();
  }

  #timer(ms: number): { readonly rang: Promise<void>; readonly cancel: () => void } {
    const rang = Promise.withResolvers<void>();
    const timer = this.surroundings.handlers.clock.setTimer(rang.resolve, ms);
    return { rang: rang.promise, cancel: () => timer.cancel() };
  }
}
