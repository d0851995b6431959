import type { NotificationStatus, UncertainPolicy } from "@callboard/core";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { onStage } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";
import { type ProviderOutcome, ProviderWorld } from "./provider-world.js";

/** One thing that happens to the engine; `check` of the world follows each. */
class Step implements fc.AsyncCommand<ProviderWorld, null> {
  constructor(
    private readonly title: string,
    private readonly take: (world: ProviderWorld) => unknown,
    private readonly isPossible: (world: ProviderWorld) => boolean = () => true,
  ) {}

  check(world: Readonly<ProviderWorld>): boolean {
    return this.isPossible(world as ProviderWorld);
  }

  async run(world: ProviderWorld): Promise<void> {
    await this.take(world);
    await world.check();
  }

  toString(): string {
    return this.title;
  }
}

const everyStatus: NotificationStatus[] = [
  "delivered",
  "expired",
  "failed",
  "pending",
  "read",
  "sending",
  "sent",
  "uncertain",
];
const people = fc.integer({ min: 1, max: 3 });
const onUncertain = fc.constantFrom<UncertainPolicy>("resend", "hold", "fail");
const failureClass = fc.constantFrom(
  ...(["retry", "retry-later", "permanent-recipient", "permanent-request", "template", "sender"] as const),
  "uncertain" as const,
);
const outcome = fc.oneof(failureClass, fc.constantFrom<ProviderOutcome>("accepted", "breaks", "silence"));
const status = fc.constantFrom("sent", "delivered", "read", "failed" as const);

const steps = [
  fc
    .tuple(people, onUncertain, fc.constantFrom(null, null, 20_000, 90_000))
    .map((args) => new Step(`queue(${args})`, (world) => world.queue(...args))),
  fc
    .tuple(people, onUncertain)
    .map((args) => new Step(`queueAndDie(${args})`, (world) => world.queueAndDie(...args))),
  fc
    .tuple(outcome, fc.integer({ min: 1, max: 4 }))
    .map((args) => new Step(`willAnswer(${args})`, (world) => world.willAnswer(...args))),
  fc
    .constantFrom(0, 400, 3_000, 11_000, 31_000, 61_000, 200_000)
    .map((ms) => new Step(`advance(${ms})`, (world) => world.advance(ms))),
  fc.tuple(fc.nat({ max: 50 }), status, failureClass, fc.boolean()).map(
    (args) =>
      new Step(
        `report(${args})`,
        (world) => world.report(...args),
        (world) => world.hasLeft,
      ),
  ),
  fc.constant(
    new Step(
      "answerLate()",
      (world) => world.answerLate(),
      (world) => world.hasDead,
    ),
  ),
  fc.constant(new Step("restart()", (world) => world.restart())),
];

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(storageKinds)("on $name", (kind) => {
  test("whatever providers, receipts, clocks and dying workers do, nothing is lost, taken back or sent without need", {
    timeout: 120_000,
  }, async () => {
    const seen = new Set<NotificationStatus>();
    const seed = fc.integer({ min: 1, max: 2 ** 31 - 2 });
    const property = fc.asyncProperty(seed, fc.commands(steps, { maxCommands: 40 }), (from, commands) =>
      onStage(kind, { people: 3 }, async (stage) => {
        // Jitter comes from the run's own seed, so that a run that fails fails again.
        vi.spyOn(Math, "random").mockImplementation(randomFrom(from));
        const world = new ProviderWorld(stage, seen);
        await world.begin();
        await fc.asyncModelRun(() => ({ model: world, real: null }), commands);
        await world.end();
      })(),
    );
    await fc.assert(property, { numRuns: kind.name === "memory" ? 150 : 50 });
    // The steps lead everywhere that a notification can be.
    expect([...seen].toSorted()).toEqual(everyStatus);
  });
});

/** Park and Miller's generator: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state - 1) / 2_147_483_646;
  };
}
