import {
  type RecurringJob,
  recurringJob,
  type Scheduler,
  type SchedulerHandlers,
} from "@callboard/core/adapter";
import { type RecordingLogger, recordingLogger } from "../../recording-logger.js";
import type { Runner } from "../runner.js";
import type { TimeControl } from "../time-control.js";
import type { OpenScheduler, SchedulerUnderTest } from "./scheduler-under-test.js";

export interface Tick {
  readonly job: string;
  readonly slot: Date;
  /** When it rang. */
  readonly rangAt: Date;
}

type Handlers = Partial<Pick<SchedulerHandlers, "onWake" | "onTick">>;

/** Everything that takes its time, in ms. */
export interface Pace {
  /** How long a test listens for what must not ring. */
  readonly silenceMs: number;
  readonly latenessMs: number;
  readonly slotLatenessMs: number;
  readonly slotsEveryMs: 2_000 | 60_000;
  readonly recoversWithinMs: number;
}

/** What each part of the suite gets: a test whose scheduler is opened before it and cleared away after it, whatever happens. */
export interface Suite<Engine extends OpenScheduler> extends Omit<Runner, "test"> {
  readonly test: (title: string, run: (stage: Stage, engine: Engine) => Promise<void>) => void;
  readonly underTest: SchedulerUnderTest<Engine>;
}

export function suiteOf<Engine extends OpenScheduler>(
  runner: Runner,
  underTest: SchedulerUnderTest<Engine>,
): Suite<Engine> {
  return {
    ...runner,
    underTest,
    test: (title, run) => runner.test(title, () => onStage(underTest, run)),
  };
}

async function onStage<Engine extends OpenScheduler>(
  underTest: SchedulerUnderTest<Engine>,
  run: (stage: Stage, engine: Engine) => Promise<void>,
): Promise<void> {
  const engine = await underTest.open();
  const pace = paceOf(underTest);
  const stages: Stage[] = [];
  const stageOf = (scheduler: Scheduler): Stage => {
    const stage = new Stage(scheduler, engine.time, pace, another);
    stages.push(stage);
    return stage;
  };
  const another = async () => {
    if (!underTest.another) throw new Error("A test that needs another() was registered without it.");
    return stageOf(await underTest.another(engine));
  };
  try {
    await run(stageOf(engine.scheduler), engine);
  } finally {
    await stopAll(stages).finally(() => engine.close?.());
  }
}

async function stopAll(stages: readonly Stage[]): Promise<void> {
  for (const stage of stages) await stage.stop({ drainMs: 0 });
}

function paceOf({
  latenessMs = 1_000,
  slotLatenessMs = latenessMs,
  slotsEveryMs = 2_000,
  recoversWithinMs = latenessMs,
}: Partial<Pace>): Pace {
  return {
    silenceMs: Math.min(latenessMs, 1_000),
    latenessMs,
    slotLatenessMs,
    slotsEveryMs,
    recoversWithinMs,
  };
}

/** One scheduler, as one process has it, and a record of what it rang for. */
export class Stage {
  readonly logger: RecordingLogger = recordingLogger();
  /** The ids of each ring, oldest first. */
  readonly rings: (readonly string[])[] = [];
  readonly ticks: Tick[] = [];
  readonly #rangAt = new Map<string, Date[]>();

  constructor(
    readonly scheduler: Scheduler,
    readonly time: TimeControl,
    readonly pace: Pace,
    /** A stage with one more scheduler on the same engine. */
    readonly another: () => Promise<Stage>,
  ) {}

  /** Records each ring before it hands it on. */
  start({ onWake, onTick }: Handlers = {}): Promise<void> {
    return this.scheduler.start({
      clock: this.time,
      logger: this.logger,
      onWake: async (ids) => {
        this.#record(ids);
        await onWake?.(ids);
      },
      onTick: async (tick) => {
        this.ticks.push({ ...tick, rangAt: this.time.now() });
        await onTick?.(tick);
      },
    });
  }

  /** @returns whether it has stopped by `drainMs` and the lateness. */
  stop({ drainMs }: { readonly drainMs: number }): Promise<boolean> {
    return this.settles(this.scheduler.stop({ drainMs }), drainMs);
  }

  every(job: Omit<RecurringJob, "timetable">): Promise<void> {
    return this.scheduler.every(recurringJob(job));
  }

  fromNow(ms: number): Date {
    return new Date(this.time.now().getTime() + ms);
  }

  /** When it rang for this id. */
  ringsFor(id: string): readonly Date[] {
    return this.#rangAt.get(id) ?? [];
  }

  /** Whether it has rung for all these ids by `ms` from now and the lateness. */
  rangFor(ids: readonly string[], ms = 0): Promise<boolean> {
    return this.until(() => ids.every((id) => this.#rangAt.has(id)), ms);
  }

  /** Lets time pass until this holds, but no longer than `ms` and the lateness. */
  async until(holds: () => boolean, ms = 0, latenessMs = this.pace.latenessMs): Promise<boolean> {
    const deadline = this.fromNow(ms + latenessMs);
    while (!holds() && this.time.now() < deadline) await this.time.advance(20);
    return holds();
  }

  /** Whether it has resolved by `ms` from now and the lateness. Rejects when it does so by then. */
  async settles(call: Promise<void>, ms = 0): Promise<boolean> {
    let settled = false;
    const settling = call.finally(() => {
      settled = true;
    });
    settling.catch(() => "its rejection is awaited below");
    const inTime = await this.until(() => settled, ms);
    if (inTime) await settling;
    return inTime;
  }

  #record(ids: readonly string[]): void {
    this.rings.push(ids);
    const rangAt = this.time.now();
    for (const id of ids) {
      const earlier = this.#rangAt.get(id);
      if (earlier) earlier.push(rangAt);
      else this.#rangAt.set(id, [rangAt]);
    }
  }
}
