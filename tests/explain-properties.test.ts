import type { Explanation, ExplanationStep, Notification } from "@callboard/core";
import { DeliveryError, type DeliveryErrorDetails } from "@callboard/core/adapter";
import { fakeTransport } from "@callboard/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { onStage, type Stage, type Worker } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";
import { claimAndDie, explained } from "./explain-stage.js";

type Told = Parameters<Worker["callboard"]["queueNotificationsToUsers"]>[0];

/** What the provider makes of a message, and says about it. */
interface Outcome {
  readonly failureClass: DeliveryErrorDetails["failureClass"] | "accepted";
  readonly words: string;
}

/** A desk whose provider answers as it is told, and says where each message went and what was in it. */
class Desk {
  readonly outcomes: Outcome[] = [];
  readonly transport = fakeTransport("chat");
  worker!: Worker;

  constructor(readonly stage: Stage) {}

  async open(): Promise<void> {
    const { transport } = this;
    const send: typeof transport.send = (message, options) => {
      const outcome = this.outcomes.shift();
      if (outcome && outcome.failureClass !== "accepted") {
        const { failureClass, words } = outcome;
        const said = `${words}${message.to}${words}${message.content.text}`;
        transport.failNext(new DeliveryError(said, { failureClass, hint: `Ask ${message.to}.` }));
      }
      return transport.send(message, options);
    };
    this.worker = await this.stage.started({
      transport: { ...transport, send },
      conditions: { open: () => false },
      policy: { maxAttempts: 3, maxCrashes: 2 },
    });
  }

  async ids(...statuses: readonly Notification["status"][]): Promise<string[]> {
    const rows = await this.stage.all();
    return rows
      .filter(({ status }) => statuses.length === 0 || statuses.includes(status))
      .map(({ id }) => id);
  }
}

/** Something that happens; its arguments show what, when a property fails. */
interface Deed {
  readonly name: string;
  readonly args: unknown;
  readonly take: (desk: Desk) => Promise<unknown>;
}

function deed<Args>(
  name: string,
  args: fc.Arbitrary<Args>,
  take: (desk: Desk, args: Args) => Promise<unknown>,
): fc.Arbitrary<Deed> {
  return args.map((given) => ({ name, args: given, take: (desk) => take(desk, given) }));
}

const words = fc.string({ unit: "binary", maxLength: 40 });
const nothing = fc.constant(null);
const outcome = fc.record({
  words,
  failureClass: fc.constantFrom<Outcome["failureClass"][]>(
    "accepted",
    "retry",
    "retry-later",
    "permanent-recipient",
    "sender",
    "template",
    "uncertain",
  ),
});

/** Most are sent at once: a story in which nothing happens is a short one. */
const request: fc.Arbitrary<Omit<Told, "template" | "context">> = fc
  .tuple(
    fc.subarray(["user-1", "user-2", "user-3"], { minLength: 1 }),
    fc.constantFrom("resend", "hold", "fail"),
    fc.constantFrom<Partial<Told>[]>(
      {},
      {},
      {},
      {},
      { expiresAt: new Date("2026-01-01T00:01:00Z") },
      { at: new Date("2026-01-01T00:00:30Z") },
      { idempotencyKey: "evt-1" },
      { cancelKey: "key-1" },
      { supersedes: "key-1" },
      { onlyIf: "open" },
    ),
  )
  .map(([userIds, onUncertain, more]) => ({ userIds, onUncertain, ...more }));

const deeds = fc.oneof<fc.WeightedArbitrary<Deed>[]>(
  {
    weight: 4,
    arbitrary: deed(
      "queue",
      fc.tuple(request, fc.string({ unit: "grapheme", maxLength: 20 }), fc.array(outcome)),
      async ({ outcomes, worker }, [told, order, met]) => {
        outcomes.push(...met);
        await worker.callboard
          .queueNotificationsToUsers({ ...told, template: "order", context: { order } })
          // The same key for another order, or a time that is over.
          .catch(({ name }: Error) => expect(name).toMatch(/^(IdempotencyConflict|InvalidOptions)Error$/));
      },
    ),
  },
  {
    weight: 8,
    arbitrary: deed("advance", fc.constantFrom(0, 1, 5_000, 61_000, 200_000), ({ stage }, ms) =>
      stage.clock.advance(ms),
    ),
  },
  {
    weight: 4,
    arbitrary: deed(
      "report",
      fc.tuple(fc.nat(), fc.constantFrom("sent", "delivered", "read", "failed"), words),
      async ({ transport, worker, stage }, [which, status, said]) => {
        const index = which % Math.max(1, transport.sent.length);
        const message = transport.sent[index];
        if (!message) return;
        const report = transport.receipt(`fake-${index + 1}`, status, stage.clock.now());
        const { failure } = report;
        const where = `${said}${message.to}${message.content.text}`;
        await stage.report(worker, { ...report, failure: failure && { ...failure, message: where } });
      },
    ),
  },
  {
    weight: 1,
    arbitrary: deed("claimAndDie", fc.record({ begin: fc.boolean() }), ({ stage }, options) =>
      // Nothing may be due.
      claimAndDie(stage, options).catch(() => undefined),
    ),
  },
  {
    weight: 2,
    arbitrary: deed("replay", words, async (desk, said) => {
      const { notifications } = desk.worker.callboard;
      const reason = `Why: ${said.replaceAll("\0", "")}`;
      await notifications.replay({ ids: await desk.ids("failed") }, { reason });
    }),
  },
  {
    weight: 2,
    arbitrary: deed("resolve", fc.constantFrom("told", "resend", "give-up"), async (desk, as) => {
      const { notifications } = desk.worker.callboard;
      await notifications.resolve(await desk.ids("uncertain"), { as, reason: "I saw it.", by: "anna" });
    }),
  },
  {
    weight: 1,
    arbitrary: deed("cancel", nothing, ({ worker }) =>
      worker.callboard.notifications.cancel({ cancelKey: "key-1" }),
    ),
  },
  {
    weight: 2,
    arbitrary: deed("resume", nothing, ({ worker }) =>
      worker.callboard.pauses.resume({ channel: "chat", template: null }),
    ),
  },
  { weight: 1, arbitrary: deed("forget", nothing, ({ worker }) => worker.callboard.forgetUser("user-3")) },
);

function expectOrder({ steps }: Explanation): void {
  for (const [index, step] of steps.entries()) {
    const before = steps[index - 1];
    expect(step.at.getTime()).toBeGreaterThanOrEqual(before?.at.getTime() ?? 0);
    if (before?.at.getTime() !== step.at.getTime()) continue;
    const sameAttempt = "attemptId" in step && "attemptId" in before && step.attemptId === before.attemptId;
    if (sameAttempt) expect(causes[step.type]).toBeGreaterThanOrEqual(causes[before.type] ?? 0);
  }
}

const causes: Partial<Record<ExplanationStep["type"], number>> = {
  "attempt-started": 1,
  "attempt-ended": 2,
  receipt: 3,
};

/** Whatever the store keeps of the story is in it, once. */
async function expectWhole({ notifications }: Stage["storage"], explanation: Explanation): Promise<void> {
  const { id } = explanation.notification;
  const count = (type: ExplanationStep["type"]) =>
    explanation.steps.filter((step) => step.type === type).length;
  const attempts = await notifications.attemptsOf([id]);
  expect(count("attempt-started")).toBe(attempts.length);
  expect(count("attempt-ended")).toBe(attempts.filter(({ endedAt }) => endedAt !== null).length);
  expect(count("receipt")).toBe((await notifications.receiptsOf([id])).length);
  expect(count("intervention")).toBe((await notifications.interventionsOf([id])).length);
}

/** Of every time at which it came into a state by the store's clock, a step tells. */
function expectStamps({ notification, steps }: Explanation): void {
  const { failedAt, uncertainAt, cancelledAt, expiredAt, replayedAt } = notification;
  const told = steps.map(({ at }) => at.getTime());
  for (const stamp of [failedAt, uncertainAt, cancelledAt, expiredAt, replayedAt]) {
    if (stamp !== null) expect(told).toContain(stamp.getTime());
  }
}

function expectDiscretion({ notification, text, steps, next }: Explanation): void {
  const { address, content } = notification;
  for (const secret of [address, content.text].filter((one) => one !== "")) {
    expect(text).not.toContain(secret);
    for (const value of textsIn([steps, next])) expect(value).not.toContain(secret);
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function expectLines({ text, steps }: Explanation): void {
  const [heading, ...lines] = text.split("\n");
  expect(heading).toMatch(/^Notification \S+ for \S+ on chat: [a-z]+ at /);
  expect(lines).toHaveLength(steps.length + 1);
  for (const line of lines)
    expect(line).toMatch(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z| {24}) {2}[a-z]+( \d+)? +\S/);
}

/** What comes next fits the state: whatever is unfinished goes on, and whatever is finished does not. */
const possible: Record<Notification["status"], readonly Explanation["next"]["type"][]> = {
  pending: ["waits-for-time", "paced", "retries", "paused", "due", "expires"],
  sending: ["being-sent"],
  uncertain: ["waits-for-receipt", "held"],
  sent: ["receipts", "nothing"],
  delivered: ["receipts", "nothing"],
  read: ["nothing"],
  failed: ["replay", "nothing"],
  cancelled: ["nothing"],
  expired: ["nothing"],
};

describe.each(storageKinds)("explain() on $name", (kind) => {
  test("explain() of any story tells all of it in order of time and cause, and neither address nor text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deeds, { minLength: 5, maxLength: 25, size: "max" }), (done) =>
        onStage(kind, { people: 3 }, async (stage) => {
          const desk = new Desk(stage);
          await desk.open();
          for (const { take } of done) {
            await take(desk);
            for (const id of await desk.ids()) {
              const explanation = await explained(desk.worker, id);
              expectOrder(explanation);
              expectStamps(explanation);
              expectDiscretion(explanation);
              expectLines(explanation);
              expect(possible[explanation.notification.status]).toContain(explanation.next.type);
              await expectWhole(stage.storage, explanation);
            }
          }
        })(),
      ),
      { numRuns: kind.name === "memory" ? 100 : 15 },
    );
  });
});
