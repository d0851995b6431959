import type { Timer } from "../ports/clock.js";
import type { Timetable } from "../ports/scheduler.js";
import type { Runtime } from "../runtime.js";
import type { Tick } from "./slots-ahead.js";

/** How often the clock is looked at: the finest step of a timetable. */
const lookMs = 1_000;

/** The engine comes first; where it has rung, there is nothing left to do. */
const graceMs = 1_000;

const longestPauseMs = 300_000;

/** A host whose clock is fast is rung for two slots of a job at once. More would only wait for each other in the store. */
const mostRings = 2;

const atOnce = Number.NEGATIVE_INFINITY;

interface Watched {
  readonly timetable: Timetable;
  /** There is nothing to look for before, by this host's clock: the next slot, and the grace. */
  quietUntilMs: number;
  /** That are dealt with in this process. */
  rings: number;
  /** In a row. */
  failures: number;
  /** By the clock that nobody sets. */
  pausedUntilMs: number;
}

/**
 * For recurring jobs what the sweep is for notifications: finds the slots that nobody rang for, in every process that
 * sends. An engine that is down, was emptied, or is late costs a job one to two seconds. A slot that could not be
 * run is found again after 2 seconds, and after twice as long each time, up to 5 minutes.
 */
export class SlotWatch {
  readonly #jobs = new Map<string, Watched>();
  #timer: Timer | null = null;
  #isOn = false;

  constructor(
    private readonly clock: Runtime["clock"],
    /** Runs what is owed up to a slot, {@link during} which nobody looks. */
    private readonly ring: (tick: Tick) => void,
  ) {}

  /** From now on the job follows this timetable and no other. */
  set(job: string, timetable: Timetable): void {
    const nothingKnown = { quietUntilMs: atOnce, rings: 0, failures: 0, pausedUntilMs: atOnce };
    this.#jobs.set(job, { timetable, ...nothingKnown });
    this.#setTimer();
  }

  start(): void {
    this.#isOn = true;
    this.#setTimer();
  }

  stop(): void {
    this.#isOn = false;
    this.#timer?.cancel();
    this.#timer = null;
  }

  /**
   * Deals with a ring, and keeps in mind what came of it. `null`: two others are dealt with, and a look finds the slot
   * when they have ended. Each takes a connection, and a job that runs for long must not take all there are.
   */
  async during<Result>({ job, slot }: Tick, ring: () => Promise<Result>): Promise<Result | null> {
    const watched = this.#jobs.get(job);
    if (!watched || watched.rings >= mostRings) return null;
    watched.rings += 1;
    try {
      const result = await ring();
      this.#settle(watched, slot);
      return result;
    } catch (error) {
      this.#pause(watched);
      throw error;
    } finally {
      watched.rings -= 1;
    }
  }

  /** Also for a slot that others have gone beyond: the next look finds that out. */
  #settle(watched: Watched, slot: Date): void {
    const next = watched.timetable.nextAfter(slot);
    watched.quietUntilMs = next ? next.getTime() + graceMs : Number.POSITIVE_INFINITY;
    watched.failures = 0;
    watched.pausedUntilMs = atOnce;
  }

  #pause(watched: Watched): void {
    watched.failures += 1;
    const pauseMs = Math.min(1_000 * 2 ** watched.failures, longestPauseMs);
    watched.pausedUntilMs = this.clock.monotonicMs() + pauseMs;
  }

  #setTimer(): void {
    if (!this.#isOn || this.#jobs.size === 0) return;
    this.#timer ??= this.clock.setTimer(() => {
      this.#timer = null;
      this.#look();
      this.#setTimer();
    }, lookMs);
  }

  #look(): void {
    const [nowMs, monotonicMs] = [this.clock.now().getTime(), this.clock.monotonicMs()];
    for (const [job, { timetable, quietUntilMs, rings, pausedUntilMs }] of this.#jobs) {
      if (rings > 0 || nowMs < quietUntilMs || monotonicMs < pausedUntilMs) continue;
      const slot = timetable.lastUpTo(new Date(nowMs - graceMs));
      if (slot) this.ring({ job, slot });
    }
  }
}
