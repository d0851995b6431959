import type { Scheduler, SchedulerHandlers } from "@callboard/core/adapter";
import { type RecordingLogger, recordingLogger } from "../../recording-logger.js";
import type { TimeControl } from "../time-control.js";

export interface SchedulerUnderTest {
  /** A scheduler that has not been started and has nothing to ring for. Called once per test. */
  readonly open: () => Promise<OpenScheduler>;
  /** How late a ring may come, in ms. @default 1_000 */
  readonly latenessMs?: number;
}

export interface OpenScheduler {
  readonly scheduler: Scheduler;
  readonly time: TimeControl;
  /** Runs after the scheduler has been stopped. */
  readonly close?: () => Promise<void>;
}

export interface Tick {
  readonly job: string;
  readonly slot: Date;
  /** When it rang. */
  readonly rangAt: Date;
}

export type OnStage = (run: (stage: Stage) => Promise<void>) => () => Promise<void>;

type Handlers = Partial<Pick<SchedulerHandlers, "onWake" | "onTick">>;

/** Gives each test a stage of its own, and clears it away afterwards. */
export function stageFor({ open, latenessMs = 1_000 }: SchedulerUnderTest): OnStage {
  return (run) => async () => {
    const opened = await open();
    const stage = new Stage(opened.scheduler, opened.time, latenessMs);
    try {
      await run(stage);
    } finally {
      await stage.stop({ drainMs: 0 });
      await opened.close?.();
    }
  };
}

/** One scheduler, and a record of what it rang for. */
export class Stage {
  readonly logger: RecordingLogger = recordingLogger();
  readonly ticks: Tick[] = [];
  readonly #rings: { readonly ids: readonly string[]; readonly rangAt: Date }[] = [];
  #started = false;

  constructor(
    readonly scheduler: Scheduler,
    readonly time: TimeControl,
    readonly latenessMs: number,
  ) {}

  /** Records each ring before it hands it on. */
  async start({ onWake, onTick }: Handlers = {}): Promise<void> {
    await this.scheduler.start({
      clock: this.time,
      logger: this.logger,
      onWake: async (ids) => {
        this.#rings.push({ ids, rangAt: this.time.now() });
        await onWake?.(ids);
      },
      onTick: async (tick) => {
        this.ticks.push({ ...tick, rangAt: this.time.now() });
        await onTick?.(tick);
      },
    });
    this.#started = true;
  }

  /** @returns whether it has stopped by `drainMs` and the lateness. Harmless when it was not started. */
  async stop({ drainMs }: { readonly drainMs: number }): Promise<boolean> {
    if (!this.#started) return true;
    this.#started = false;
    let stopped = false;
    const stopping = this.scheduler.stop({ drainMs }).finally(() => {
      stopped = true;
    });
    stopping.catch(() => "its rejection is awaited below");
    const inTime = await this.until(() => stopped, drainMs);
    if (inTime) await stopping;
    return inTime;
  }

  fromNow(ms: number): Date {
    return new Date(this.time.now().getTime() + ms);
  }

  /** When it rang for this id. */
  ringsFor(id: string): readonly Date[] {
    return this.#rings.filter(({ ids }) => ids.includes(id)).map(({ rangAt }) => rangAt);
  }

  /** Whether it has rung for all these ids by `ms` from now and the lateness. */
  rangFor(ids: readonly string[], ms = 0): Promise<boolean> {
    return this.until(() => ids.every((id) => this.ringsFor(id).length > 0), ms);
  }

  /** Lets time pass until this holds, but no longer than `ms` and the lateness. */
  async until(holds: () => boolean, ms = 0): Promise<boolean> {
    const deadline = this.fromNow(ms + this.latenessMs);
    while (!holds() && this.time.now() < deadline) await this.time.advance(20);
    return holds();
  }
}
