import type { Explanation } from "@callboard/core";
import { fakeTransport } from "@callboard/testing";
import { describe, expect, test } from "vitest";
import { addressOf, onStage, receipt, type Stage, type Worker } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";
import { claimAndDie, explained, nextLine } from "./explain-stage.js";

const minute = 60_000;
const hour = 60 * minute;
const eight = new Date("2026-01-01T08:00:00Z");
const nine = new Date("2026-01-01T09:00:00Z");
const channel = { channel: "chat", template: null } as const;
const told = "The fake transport was told to fail.";

/** A process that queues, and does not send. */
async function loaded(stage: Stage, options?: Parameters<Stage["worker"]>[0]): Promise<Worker> {
  const worker = stage.worker(options);
  await worker.callboard.templates.load();
  return worker;
}

/** What is asked about first of all: what comes next, and how that reads. */
async function next(worker: Worker, id: string): Promise<[Explanation["next"], string]> {
  const explanation = await explained(worker, id);
  return [explanation.next, nextLine(explanation)];
}

describe.each(storageKinds)("explain() on $name: what comes next", (kind) => {
  const stageTest = (title: string, run: (stage: Stage) => Promise<void>) =>
    test(title, onStage(kind, { people: 2 }, run));

  stageTest("what was asked for at a time waits for it", async (stage) => {
    const worker = await stage.started();
    const id = await stage.queueOne(worker, { at: eight, expiresAt: nine });
    expect(await next(worker, id)).toEqual([
      { type: "waits-for-time", at: eight },
      "waits for its time; expires at 2026-01-01T09:00:00.000Z",
    ]);
  });

  stageTest("what the pacing of its recipient puts off waits for its turn", async (stage) => {
    const pacing = { senderKey: "desk", perRecipient: { burst: 1, everyMs: 10 * minute } };
    const worker = await stage.started({ transport: { ...fakeTransport("chat"), pacing } });
    await stage.queueOne(worker);
    await stage.clock.advance(1_000);
    const id = await stage.queueOne(worker);
    await stage.clock.advance(10_000);
    const { nextAttemptAt } = await stage.get(id);
    expect(await next(worker, id)).toEqual([
      { type: "paced", at: nextAttemptAt },
      "waits for its turn: the channel takes only so many at once, or something put it off unsent",
    ]);
  });

  stageTest(
    "what failed for now is sent again at its time, by the policy of its own class",
    async (stage) => {
      const policy = { maxAttempts: 10, classes: { "retry-later": { maxAttempts: 3 } } };
      const worker = await stage.started({ policy });
      worker.transport.failNext({ failureClass: "retry-later", hint: "Wait.", retryAfterMs: hour });
      const id = await stage.queueOne(worker);
      await stage.clock.advance(0);
      const [step, words] = await next(worker, id);
      expect(step).toMatchObject({
        type: "retries",
        at: new Date("2026-01-01T01:00:00Z"),
        attempt: 2,
        counted: 1,
        maxAttempts: 3,
        failure: { failureClass: "retry-later", hint: "Wait." },
      });
      expect(words).toBe(`will be sent again, attempt 2 of 3. Why: "${told}"`);
    },
  );

  stageTest("of attempts that do not count, the next one says how many do", async (stage) => {
    const worker = await stage.started();
    worker.transport.failNext({ failureClass: "permanent-request", hint: "Mend it." });
    worker.transport.failNext({ failureClass: "retry-later", hint: "Wait.", retryAfterMs: hour });
    const id = await stage.queueOne(worker);
    await stage.clock.advance(minute);
    await worker.callboard.notifications.replay({ ids: [id] }, { reason: "Mended." });
    await stage.clock.advance(0);
    const [step, words] = await next(worker, id);
    expect(step).toMatchObject({ type: "retries", attempt: 3, counted: 1, maxAttempts: 10 });
    expect(words).toBe(`will be sent again, attempt 3, with 1 of 10 used up. Why: "${told}"`);
  });

  stageTest("what a condition could not decide about is asked again", async (stage) => {
    const conditions = {
      open: () => {
        throw new Error("The desk does not answer.");
      },
    };
    const worker = await stage.started({ conditions });
    const id = await stage.queueOne(worker, { onlyIf: "open" });
    await stage.clock.advance(0);
    const [step, words] = await next(worker, id);
    expect(step).toMatchObject({
      type: "retries",
      at: new Date("2026-01-01T00:01:00Z"),
      attempt: 1,
      counted: 0,
    });
    expect(words).toBe(
      'will be sent again, attempt 1 of 10. Why: "The condition "open" failed. The desk does not answer."; its condition open is asked first',
    );
  });

  stageTest(
    "what is due waits for the end of its channel's pause, and says why there is one",
    async (stage) => {
      const worker = await stage.started();
      worker.transport.failNext({ failureClass: "sender", providerCode: "190", hint: "Renew the token." });
      const id = await stage.queueOne(worker, { expiresAt: nine });
      await stage.clock.advance(0);
      const until = new Date("2026-01-01T00:01:00Z");
      const reason = `${told} Renew the token.`;
      expect(await next(worker, id)).toEqual([
        { type: "paused", at: until, template: null, reason, probing: false },
        `waits: the channel is paused until then; a person can end that with pauses.resume. Why: "${reason}"; expires at 2026-01-01T09:00:00.000Z`,
      ]);
    },
  );

  stageTest("what is due waits for the end of its template's pause, and not of another's", async (stage) => {
    const worker = await loaded(stage);
    const id = await stage.queueOne(worker);
    const { pauses } = stage.storage;
    await pauses.pause({ channel: "chat", template: "invoice", reason: "Rejected.", forMs: hour });
    await pauses.pause({ channel: "mail", template: null, reason: "Down.", forMs: hour });
    expect(await next(worker, id)).toMatchObject([{ type: "due" }, expect.anything()]);
    await pauses.pause({ channel: "chat", template: "order", reason: "In review.", forMs: hour });
    const at = new Date("2026-01-01T01:00:00Z");
    expect(await next(worker, id)).toEqual([
      { type: "paused", at, template: "order", reason: "In review.", probing: false },
      'waits: template order is paused until then; a person can end that with pauses.resume. Why: "In review."',
    ]);
    await pauses.pause({ ...channel, reason: "The token has run out.", forMs: minute });
    expect(await next(worker, id)).toMatchObject([{ type: "paused", template: null }, expect.anything()]);
  });

  stageTest(
    "what is due while a pause has run out waits for the message that tries the channel",
    async (stage) => {
      const worker = await loaded(stage);
      const id = await stage.queueOne(worker);
      await stage.storage.pauses.pause({ ...channel, reason: "Down.", forMs: minute });
      await stage.clock.advance(2 * minute);
      expect(await next(worker, id)).toEqual([
        {
          type: "paused",
          at: new Date("2026-01-01T00:01:00Z"),
          template: null,
          reason: "Down.",
          probing: true,
        },
        'waits: the channel is paused, and tries one message to see whether it works again. Why: "Down."',
      ]);
    },
  );

  stageTest("of a time and a pause, what comes next is the later", async (stage) => {
    const worker = await loaded(stage);
    const id = await stage.queueOne(worker, { at: eight });
    await stage.storage.pauses.pause({ ...channel, reason: "Down.", forMs: hour });
    expect(await next(worker, id)).toMatchObject([{ type: "waits-for-time", at: eight }, expect.anything()]);
    await stage.storage.pauses.pause({ ...channel, reason: "Down.", forMs: 9 * hour });
    expect(await next(worker, id)).toMatchObject([{ type: "paused", at: nine }, expect.anything()]);
  });

  stageTest(
    "what is due is taken by the next worker; when nobody takes it, that is what to look at",
    async (stage) => {
      const worker = await loaded(stage);
      const id = await stage.queueOne(worker);
      const at = stage.clock.now();
      expect(await next(worker, id)).toEqual([
        { type: "due", at, waitedMs: 0, channelKnown: true },
        "due: the next worker with a free hand takes it",
      ]);
      await stage.clock.advance(45_000);
      expect(await next(worker, id)).toEqual([
        { type: "due", at, waitedMs: 45_000, channelKnown: true },
        "due, but nobody has taken it for 45 s: does a worker run (callboard.start()), and can it keep up?",
      ]);
    },
  );

  stageTest(
    "what is due on a channel that this process has no transport for may be nobody's",
    async (stage) => {
      const worker = await loaded(stage);
      const known = await stage.get(await stage.queueOne(worker));
      await stage.storage.notifications.insertMany([{ ...known, id: "fax-1", channel: "fax" }]);
      await stage.clock.advance(3 * hour);
      expect(await next(worker, "fax-1")).toMatchObject([
        { type: "due", waitedMs: 3 * hour, channelKnown: false },
        "due, but nobody has taken it for 3 h: does a worker run (callboard.start()), with a transport for this channel, which this process has not, and can it keep up?",
      ]);
    },
  );

  stageTest(
    "what will have no time left when it is due expires, before and after its time ran out",
    async (stage) => {
      const worker = await stage.started();
      worker.transport.failNext({ failureClass: "retry-later", hint: "Wait.", retryAfterMs: 10 * hour });
      const id = await stage.queueOne(worker, { expiresAt: nine });
      const overdue = await stage.queueOne(worker, { at: eight, expiresAt: nine, userIds: ["user-2"] });
      await stage.clock.advance(0);
      const expires = [
        { type: "expires", at: nine },
        "ends as expired: its time is over before it can be sent",
      ];
      expect(await next(worker, id)).toEqual(expires);
      await stage.stop(worker);
      await stage.clock.advance(10 * hour);
      expect(await next(worker, overdue)).toEqual(expires);
    },
  );

  stageTest("what died with its workers says how often, beside what comes next", async (stage) => {
    await stage.queueOne(await loaded(stage));
    const id = await claimAndDie(stage, { begin: false });
    const worker = await loaded(stage);
    expect(await next(worker, id)).toEqual([
      { type: "being-sent", at: null, since: null },
      "a worker holds it; should that worker be gone, another takes it over when the lease ends",
    ]);
    await stage.storage.pauses.pause({ ...channel, reason: "Down.", forMs: 9 * hour });
    await stage.clock.advance(minute);
    await stage.stop(await stage.started());
    expect(await next(worker, id)).toMatchObject([
      { type: "paused" },
      expect.stringMatching(/; 1 worker has died or frozen holding it$/),
    ]);
  });

  stageTest("what a worker sends is being sent since its attempt began", async (stage) => {
    const worker = await stage.started();
    worker.transport.hold();
    const id = await stage.queueOne(worker);
    await stage.clock.advance(3_000);
    const { steps, next: step } = await explained(worker, id);
    const [{ startedAt } = { startedAt: null }] = await stage.attemptsOf(id);
    expect(step).toEqual({ type: "being-sent", at: null, since: startedAt });
    expect(steps.at(-1)).toMatchObject({ type: "attempt-started", number: 1, fate: "running" });
  });

  test.each([
    ["resend", 1, "resend", "is sent once more"],
    ["resend", 2, "give-up", "is given up"],
    ["fail", 1, "give-up", "is given up"],
  ] as const)(
    "what may have arrived, under onUncertain %j and after %i lost answers, waits for a receipt, or else: %s",
    (onUncertain, answersLost, afterwards, words) =>
      onStage(kind, {}, async (stage) => {
        const worker = await stage.started();
        worker.transport.failNext({ failureClass: "uncertain", hint: "Wait." }, answersLost);
        const id = await stage.queueOne(worker, { onUncertain });
        const isUncertain = async () =>
          (await stage.get(id)).uncertainties === answersLost && (await stage.get(id)).status === "uncertain";
        await stage.until(isUncertain, { stepMs: 5_000 });
        const { nextAttemptAt: at } = await stage.get(id);
        expect(await next(worker, id)).toEqual([
          { type: "waits-for-receipt", at, afterwards },
          `waits for a receipt until then; without one it ${words}`,
        ]);
        await stage.stop(worker);
        await stage.clock.advance(hour);
        expect(await next(worker, id)).toEqual([
          { type: "waits-for-receipt", at, afterwards },
          `has waited for a receipt until then; it ${words} by the next sweep of a worker`,
        ]);
      })(),
  );

  stageTest(
    "what may have arrived and is held waits for a receipt or a person, and says how",
    async (stage) => {
      const worker = await stage.started();
      worker.transport.failNext({ failureClass: "uncertain", hint: "Wait." });
      const id = await stage.queueOne(worker, { onUncertain: "hold" });
      await stage.clock.advance(hour);
      expect(await next(worker, id)).toEqual([
        { type: "held", at: null },
        `held: only a receipt settles it, or notifications.resolve(["${id}"], { as, reason })`,
      ]);
    },
  );

  stageTest(
    "what was sent, delivered and read waits for what the provider may still report",
    async (stage) => {
      const worker = await stage.started();
      const id = await stage.queueOne(worker);
      await stage.clock.advance(0);
      const awaits = (...awaited: string[]) => ({ type: "receipts", at: null, awaited });
      expect((await next(worker, id))[0]).toEqual(awaits("delivered", "read"));
      await stage.report(worker, worker.transport.receipt("fake-1", "delivered"));
      expect(await next(worker, id)).toEqual([
        awaits("read"),
        "nothing more to do: the provider may still report read",
      ]);
      await stage.report(worker, worker.transport.receipt("fake-1", "read"));
      expect(await next(worker, id)).toEqual([
        { type: "nothing", at: null, because: "read" },
        "nothing: it was read",
      ]);
    },
  );

  stageTest("what was sent on a channel without receipts waits for nothing", async (stage) => {
    const { readWebhook, ...transport } = fakeTransport("chat");
    const worker = await stage.started({ transport: transport as Worker["transport"] });
    const id = await stage.queueOne(worker);
    await stage.clock.advance(0);
    expect(await next(worker, id)).toEqual([
      { type: "nothing", at: null, because: "sent" },
      "nothing: it was accepted, and this channel reports nothing more",
    ]);
  });

  stageTest(
    "what has failed can be replayed, until its time runs out; it says cause and cure",
    async (stage) => {
      const worker = await stage.started();
      const id = await stage.queueOne(worker, { expiresAt: nine });
      await stage.clock.advance(0);
      await stage.report(worker, {
        ...receipt("fake-1", "failed"),
        attemptId: worker.transport.receipt("fake-1", "failed").attemptId,
      });
      const failure = {
        failureClass: "permanent-recipient",
        providerCode: "131026",
        message: "Gone.",
        hint: "Ask.",
      };
      expect(await next(worker, id)).toEqual([
        { type: "replay", at: null, possible: true, failure },
        `nothing by itself: notifications.replay({ ids: ["${id}"] }, { reason }) sends it once more. Cause: "Gone." Cure: "Ask."`,
      ]);
      await stage.clock.advance(10 * hour);
      expect(await next(worker, id)).toEqual([
        { type: "replay", at: null, possible: false, failure },
        'nothing: it failed, and its time is over, so that it cannot be replayed. Cause: "Gone." Cure: "Ask."',
      ]);
    },
  );

  stageTest(
    "what was cancelled, superseded, refused by its condition or expired waits for nothing",
    async (stage) => {
      const worker = await stage.started({ conditions: { open: () => false } });
      const request = (changes: object) => stage.queueOne(worker, { at: eight, ...changes });
      const cancelled = await request({});
      const superseded = await request({ cancelKey: "orders/1" });
      const refused = await stage.queueOne(worker, { onlyIf: "open" });
      await worker.callboard.notifications.cancel({ ids: [cancelled], reason: "Sold out.", by: "anna" });
      await request({ supersedes: "orders/1" });
      await stage.clock.advance(0);
      const expired = await stage.queueOne(worker, { at: nine, expiresAt: new Date(nine.getTime() + 1) });
      await stage.stop(worker);
      await stage.clock.advance(10 * hour);
      await stage.started();
      const stories = await Promise.all(
        [cancelled, superseded, refused, expired].map((id) => explained(worker, id)),
      );
      expect(stories.map(({ next: step }) => step)).toEqual(
        ["cancelled", "superseded", "condition", "expired"].map((because) => ({
          type: "nothing",
          at: null,
          because,
        })),
      );
      expect(
        stories.map((story) => story.text.split("\n").slice(-2).join(" ").replaceAll(/ +/g, " ")),
      ).toEqual([
        '2026-01-01T00:00:00.000Z cancelled by anna: "Sold out." next nothing: it was cancelled',
        expect.stringMatching(
          /^2026-01-01T00:00:00.000Z superseded by a later one: "Batch \S+ says it better\." next nothing: a newer notification took its place$/,
        ),
        '2026-01-01T00:00:00.000Z condition asked right before sending: "The condition "open" said no." next nothing: its condition said no',
        "2026-01-01T10:00:00.000Z expired its time ran out before it could be sent next nothing: its time ran out",
      ]);
    },
  );

  stageTest("what was ended for a forgotten person waits for nothing", async (stage) => {
    const worker = await stage.started();
    const id = await stage.queueOne(worker, { at: eight });
    await worker.callboard.forgetUser("user-1");
    const explanation = await explained(worker, id);
    expect(explanation.next).toEqual({ type: "nothing", at: null, because: "forgotten" });
    expect(explanation.steps.at(-1)).toMatchObject({ type: "state", state: "cancelled" });
    expect(explanation.text).toMatch(
      /cancelled +ended before it was sent\n +next +nothing: the person was forgotten$/,
    );
    expect(explanation.text).not.toContain(addressOf(1));
  });
});
