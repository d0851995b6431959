import { InFlight, type SchedulerHandlers, type Timer } from "@callboard/core/adapter";
import type { Queue } from "bullmq";
import { warnOfEviction } from "./eviction.js";
import { openQueue, queueMeta } from "./open-queue.js";
import type { BullmqSchedulerOptions } from "./options.js";
import { Outage } from "./outage.js";
import { Receiver } from "./receiver.js";
import { type JobsById, Recurring, repeatStrategyOf } from "./recurring.js";
import { openWorkerConnection, type WorkerConnection } from "./worker-connection.js";

/** How often Redis is looked at: whether it can be written to, and whether it still knows the recurring jobs. In ms. */
const lookMs = 2_000;

/** What lives from one `start` to its `stop`. */
export class Ringing {
  readonly #line: WorkerConnection;
  readonly #queue: Queue;
  readonly #recurring: Recurring;
  readonly #outage: Outage;
  readonly #inFlight: InFlight;
  #receiver: Receiver;
  #isStopped = false;
  #isLooking = false;
  #timer: Timer | null = null;
  /** One change after another, so that the last one holds. */
  #changes: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: Required<BullmqSchedulerOptions>,
    private readonly handlers: SchedulerHandlers,
    private readonly jobs: JobsById,
  ) {
    this.#outage = new Outage(handlers.logger);
    this.#inFlight = new InFlight(handlers);
    this.#line = openWorkerConnection(options.connection, (error) => this.#fail(error));
    const { connection } = this.#line;
    connection.on("ready", () => this.#met()).on("close", () => this.#lose());
    const repeatStrategy = repeatStrategyOf(jobs);
    this.#queue = openQueue(options, { connection, repeatStrategy });
    this.#recurring = new Recurring(this.#queue, jobs, handlers.clock);
    this.#receiver = this.#openReceiver();
    for (const id of jobs.keys()) this.put(id);
  }

  /** What keeps Redis from serving. `null`: nothing that is known. */
  get fault(): Error | null {
    return this.#outage.fault;
  }

  /** The job's timetable is new. Nobody waits for Redis: what does not succeed, a later look makes good. */
  put(id: string): void {
    this.#change(() => this.#recurring.put(id));
  }

  /** Rings no more, and waits up to `drainMs` for handlers that run. */
  async stop(drainMs: number): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await Promise.all([this.#inFlight.drain(drainMs), this.#close()]);
  }

  async #close(): Promise<void> {
    const closed = this.#receiver.close();
    // Nothing that waits for Redis is answered any more.
    if (this.#line.connection.status !== "ready") this.#line.end();
    await closed;
    await this.#queue.close();
    this.#line.end();
  }

  #openReceiver(): Receiver {
    const { options, handlers, jobs } = this;
    return new Receiver({
      ...{ options, handlers, jobs, connection: this.#line.connection, inFlight: this.#inFlight },
      onError: (error) => this.#fail(error),
      onUnknownJob: (id) => this.#change(() => this.#recurring.remove(id)),
    });
  }

  /** At the first connection and at each one after: it may be to a Redis that is empty, or another one. */
  #met(): void {
    void warnOfEviction(this.#line.connection, this.handlers.logger);
    this.#look();
  }

  /** Some ends close a connection without a word. */
  #lose(): void {
    if (!this.fault) this.#fail(new Error("Redis closed the connection."));
  }

  #look(): void {
    if (this.#isStopped || this.#isLooking) return;
    this.#timer?.cancel();
    this.#isLooking = true;
    this.#change(async () => {
      await this.#queue.getBackend().setQueueMeta(queueMeta);
      await this.#recurring.restore();
      if (await this.#receiver.hasBegun) this.#outage.end();
      else await this.#replaceReceiver();
    }).finally(() => {
      this.#isLooking = false;
      if (!this.#isStopped) this.#timer = this.handlers.clock.setTimer(() => this.#look(), lookMs);
    });
  }

  async #replaceReceiver(): Promise<void> {
    await this.#receiver.close();
    if (!this.#isStopped) this.#receiver = this.#openReceiver();
  }

  #change(change: () => Promise<void>): Promise<void> {
    this.#changes = this.#changes.then(async () => {
      try {
        if (!this.#isStopped) await change();
      } catch (error) {
        this.#fail(error as Error);
      }
    });
    return this.#changes;
  }

  #fail(error: Error): void {
    // What fails because it was ended is no fault.
    if (!this.#isStopped) this.#outage.begin(error);
  }
}
