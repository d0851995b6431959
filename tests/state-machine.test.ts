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
  "cancelled",
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
const expiresInMs = fc.constantFrom(null, null, 5_000, 20_000);
const status = fc.constantFrom("sent", "delivered", "read", "acknowledged", "failed" as const);

const steps = [
  fc
    .tuple(fc.array(outcome, { maxLength: 4, size: "max" }), people, onUncertain, expiresInMs)
    .map(([outcomes, ...args]) => new Step(`queue(${args}) meets ${outcomes}`, queue(outcomes, ...args))),
  fc
    .tuple(people, onUncertain)
    .map((args) => new Step(`queueAndDie(${args})`, (world) => world.queueAndDie(...args))),
  fc
    .constantFrom(0, 400, 3_000, 11_000, 31_000, 61_000, 200_000)
    .map((ms) => new Step(`advance(${ms})`, (world) => world.advance(ms))),
  fc.tuple(fc.nat({ max: 20 }), status, failureClass, fc.boolean()).map(
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
  fc.nat({ max: 20 }).map((pick) => new Step(`cancel(${pick})`, (world) => world.cancel(pick))),
  fc.constant(new Step("replay()", (world) => world.replay())),
  fc
    .tuple(fc.nat({ max: 20 }), fc.constantFrom("told", "resend", "give-up"))
    .map((args) => new Step(`resolve(${args})`, (world) => world.resolve(...(args as [number, "told"])))),
];

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(storageKinds)("on $name", (kind) => {
  test("whatever providers, receipts, clocks and dying workers do, nothing is lost, taken back or sent without need", {
    timeout: 120_000,
  }, async () => {
    const seed = fc.integer({ min: 1, max: 2 ** 31 - 2 });
    const property = fc.asyncProperty(
      seed,
      fc.commands(steps, { maxCommands: 30, size: "max" }),
      (from, commands) =>
        onStage(kind, { people: 3 }, async (stage) => {
          // Jitter comes from the run's own seed, so that a run that fails fails again.
          vi.spyOn(Math, "random").mockImplementation(randomFrom(from));
          const world = new ProviderWorld(stage);
          await world.begin();
          await fc.asyncModelRun(() => ({ model: world, real: null }), commands);
          await world.end();
        })(),
    );
    await fc.assert(property, { numRuns: kind.name === "memory" ? 100 : 35 });
  });

  test(
    "the steps lead to every status that a notification can be in",
    onStage(kind, { people: 3 }, async (stage) => {
      const world = new ProviderWorld(stage);
      await world.begin();
      const walk: ((world: ProviderWorld) => unknown)[] = [
        queue(["accepted", "permanent-request", "breaks"], 3, "hold", null),
        (here) => here.report(0, "delivered", "retry", false),
        queue(["retry-later", "accepted", "accepted"], 3, "resend", 5_000),
        (here) => here.report(2, "read", "retry", true),
        (here) => here.queueAndDie(1, "resend"),
        (here) => here.advance(31_000),
        queue(["retry-later"], 1, "resend", null),
        async (here) => {
          for (let pick = 0; pick < 20; pick += 1) await here.cancel(pick);
        },
      ];
      for (const take of walk) {
        await take(world);
        await world.check();
      }
      expect([...world.seen].toSorted()).toEqual(everyStatus);
      await world.end();
    }),
  );
});

/** People are told, and the provider answers so. */
function queue(
  outcomes: readonly ProviderOutcome[],
  ...args: Parameters<ProviderWorld["queue"]>
): (world: ProviderWorld) => Promise<void> {
  return async (world) => {
    for (const one of outcomes) world.willAnswer(one);
    await world.queue(...args);
  };
}

/** Park and Miller's generator: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state - 1) / 2_147_483_646;
  };
}
