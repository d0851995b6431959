import { DeliveryError } from "@callboard/core";
import { describe, expect, test } from "vitest";
import { chatTransport, onStage, peopleUpTo, type Worker, withVerbs } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";

const minute = 60_000;
const channel = { channel: "chat", template: null } as const;
const expiredToken = {
  failureClass: "sender",
  providerCode: "190",
  hint: "Renew the token.",
  retryAfterMs: minute,
} as const;

describe.each(storageKinds)("on $name", (kind) => {
  test(
    "20 sends that fail as sender pause the channel with one alarm, and keep their rows pending, attempts unspent",
    onStage(kind, { people: 25 }, async (stage) => {
      const worker = await stage.started();
      const events = pauseEvents(worker);
      worker.transport.failNext(expiredToken, 20);
      const ids = await stage.queue(worker, { people: 20 });
      await stage.until(async () => (await stage.all()).every(({ failure }) => failure !== null));
      await stage.queue(worker, { userIds: peopleUpTo(25).slice(20) });
      await stage.clock.advance(59_000);
      const reason = "The fake transport was told to fail. Renew the token.";
      expect(events).toEqual([{ name: "channel.paused", channel: "chat", reason, forMs: minute }]);
      expect(stage.logger.entries.filter(({ level }) => level === "error")).toEqual([
        {
          level: "error",
          message: "sending is paused",
          fields: { ...channel, code: "190", hint: "Renew the token." },
        },
      ]);
      expect(await worker.callboard.pauses.list()).toMatchObject([{ ...channel, reason, holds: true }]);
      expect(await stage.counts()).toEqual({ pending: 25 });
      for (const id of ids) {
        expect(await stage.get(id)).toMatchObject({ attempts: 0, failure: { failureClass: "sender" } });
        expect(await stage.attemptsOf(id)).toMatchObject([{ outcome: "sender", providerCode: "190" }]);
      }
      expect(worker.transport.sent).toHaveLength(20);
    }),
  );

  test(
    "a pause that is over is probed with one message, and when that is accepted the rest is sent",
    onStage(kind, { people: 20 }, async (stage) => {
      const worker = await stage.started();
      const events = pauseEvents(worker);
      worker.transport.failNext(expiredToken, 20);
      await stage.queue(worker, { people: 20 });
      await stage.until(() => worker.transport.sent.length === 20);
      worker.transport.hold();
      await stage.clock.advance(minute + 15_000);
      expect(worker.transport.sent).toHaveLength(21);
      expect(events.map(({ name }) => name)).toEqual(["channel.paused"]);
      worker.transport.release();
      await stage.until(async () => (await stage.counts()).sent === 20);
      expect(worker.transport.sent).toHaveLength(40);
      expect(events.slice(1)).toEqual([{ name: "channel.resumed", channel: "chat" }]);
      expect(await worker.callboard.pauses.list()).toEqual([]);
      expect((await stage.all()).every(({ attempts, failure }) => attempts === 1 && failure === null)).toBe(
        true,
      );
    }),
  );

  test(
    "a probe that fails prolongs the pause without another alarm",
    onStage(kind, { people: 5 }, async (stage) => {
      const worker = await stage.started();
      const events = pauseEvents(worker);
      worker.transport.failNext(expiredToken, 7);
      await stage.queue(worker, { people: 5 });
      await stage.clock.advance(50_000);
      expect(worker.transport.sent).toHaveLength(5);
      await stage.clock.advance(minute);
      expect(worker.transport.sent).toHaveLength(6);
      await stage.clock.advance(minute);
      expect(worker.transport.sent).toHaveLength(7);
      await stage.clock.advance(2 * minute);
      expect(await stage.counts()).toEqual({ sent: 5 });
      expect(worker.transport.sent).toHaveLength(12);
      expect(events.map(({ name }) => name)).toEqual(["channel.paused", "channel.resumed"]);
    }),
  );

  test(
    "a channel that one worker has paused is left alone by a second worker, from the next second on",
    onStage(kind, { people: 3 }, async (stage) => {
      const first = await stage.started();
      const second = await stage.started();
      const events = [pauseEvents(first), pauseEvents(second)];
      first.transport.failNext(expiredToken);
      await stage.queue(first);
      await stage.until(async () => (await stage.all())[0]!.failure !== null);
      await stage.clock.advance(1_001);
      await stage.queue(second, { people: 3 });
      await stage.clock.advance(50_000);
      expect(second.transport.sent).toHaveLength(0);
      expect(first.transport.sent).toHaveLength(1);
      await stage.clock.advance(minute);
      expect(await stage.counts()).toEqual({ sent: 4 });
      // One process looks whether the channel works again.
      expect(events.flat().map(({ name }) => name)).toEqual(["channel.paused", "channel.resumed"]);
    }),
  );

  test(
    "two workers of whom one finds the pause over and one does not raise one alarm and one end of it",
    onStage(kind, { people: 40 }, async (stage) => {
      const workers = [
        await stage.started({ dispatch: { concurrency: 10 } }),
        await stage.started({ dispatch: { concurrency: 10 } }),
      ];
      const events = workers.map(pauseEvents);
      for (const { transport } of workers) transport.failNext(expiredToken, 20);
      for (const worker of workers) await stage.queue(worker, { people: 40 });
      await stage.until(async () => (await stage.counts()).sent === 80, { stepMs: 1_000 });
      expect(events.flat().map(({ name }) => name)).toEqual(
        events.flat().flatMap((_, index) => (index % 2 === 0 ? "channel.paused" : "channel.resumed")),
      );
      const attempts = workers.flatMap(({ transport }) => transport.sent).length;
      // 80 good ones, and the failures: what was in flight when the pause began, and the probes.
      expect(attempts).toBeLessThanOrEqual(80 + 40);
    }),
  );

  test(
    "a pause that is over is probed by one of five workers, and by none as long as nothing waits",
    onStage(kind, { people: 10 }, async (stage) => {
      const workers = await Promise.all(Array.from({ length: 5 }, () => stage.started()));
      for (const { transport } of workers) transport.failNext(expiredToken);
      await stage.queueOne(workers[0]!);
      await stage.until(async () => (await stage.all())[0]!.failure !== null);
      for (const { transport } of workers) transport.hold();
      const sent = () => workers.flatMap(({ transport }) => transport.sent).length;
      await stage.clock.advance(minute + 15_000);
      expect(sent()).toBe(2);
      for (const { transport } of workers) transport.release();
    }),
  );

  test(
    "a template whose pause is over is probed with one message of it, beside everything else",
    onStage(kind, { people: 10 }, async (stage) => {
      const worker = await stage.started();
      const { transport } = worker;
      transport.failNext({ failureClass: "template", hint: "Mend the template.", retryAfterMs: minute });
      await stage.queueOne(worker);
      await stage.until(async () => (await stage.all())[0]!.failure !== null);
      await stage.queue(worker, { people: 10, context: { order: "SO-2" } });
      transport.hold();
      await stage.clock.advance(minute + 15_000);
      await stage.queue(worker, { people: 3, template: "invoice" });
      await stage.clock.advance(1);
      expect(transport.sent.map(({ template }) => template.name)).toEqual([
        ...["order", "order"],
        ...["invoice", "invoice", "invoice"],
      ]);
      transport.release();
      await stage.until(async () => (await stage.counts()).sent === 14);
    }),
  );

  test(
    "a channel whose only messages are of a template that was paused as well is probed, and both resume",
    onStage(kind, { people: 2 }, async (stage) => {
      const worker = await stage.started();
      worker.transport.failNext(expiredToken);
      worker.transport.failNext({
        failureClass: "template",
        hint: "Mend the template.",
        retryAfterMs: minute,
      });
      await stage.queue(worker, { people: 2 });
      await stage.until(async () => (await stage.all()).every(({ failure }) => failure !== null));
      await stage.clock.advance(2 * minute);
      expect(await stage.counts()).toEqual({ sent: 2 });
      expect(await worker.callboard.pauses.list()).toEqual([]);
    }),
  );

  test(
    "pauses.pause() stops a channel in every process with its reason, and probes when its time is over",
    onStage(kind, { people: 3 }, async (stage) => {
      const [first, second] = [await stage.started(), await stage.started()];
      const events = pauseEvents(first);
      const until = new Date(stage.clock.now().getTime() + 10 * minute);
      const reason = "Invoices went out twice; hold everything.";
      await first.callboard.pauses.pause({ ...channel, reason, until });
      expect(events).toEqual([{ name: "channel.paused", channel: "chat", reason, forMs: 10 * minute }]);
      await stage.clock.advance(1_001);
      await stage.queue(second, { people: 3 });
      await stage.clock.advance(9 * minute);
      expect(await stage.counts()).toEqual({ pending: 3 });
      expect(await second.callboard.pauses.list()).toMatchObject([
        { ...channel, reason, until, holds: true },
      ]);
      await stage.clock.advance(2 * minute);
      expect(await stage.counts()).toEqual({ sent: 3 });
    }),
  );

  test(
    "a probe that fails for five seconds is followed by the next one when these are over",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      worker.transport.failNext({ ...expiredToken, retryAfterMs: 5_000 }, 4);
      await stage.queueOne(worker);
      // Each pause of 5 s is noticed by a sweep within 6 s.
      await stage.until(() => worker.transport.sent.length === 5, { stepMs: 1_000 });
      expect(stage.clock.now().getTime()).toBeLessThan(Date.parse("2026-01-01T00:00:48Z"));
    }),
  );

  test(
    "a pause by hand is neither shortened by a send that fails meanwhile, nor ended by a probe that was under way",
    onStage(kind, { people: 3 }, async (stage) => {
      const reason = "Invoices went out twice; hold everything.";
      const byHand = () => ({
        ...{ ...channel, reason },
        until: new Date(stage.clock.now().getTime() + 60 * minute),
      });
      const worker = await stage.started();
      worker.transport.hold();
      worker.transport.failNext({ ...expiredToken, retryAfterMs: 5_000 });
      await stage.queueOne(worker);
      await stage.until(() => worker.transport.sent.length === 1);
      await worker.callboard.pauses.pause(byHand());
      worker.transport.release();
      await stage.until(async () => (await stage.all())[0]!.failure !== null);
      await stage.clock.advance(10 * minute);
      expect(worker.transport.sent).toHaveLength(1);
      await worker.callboard.pauses.resume(channel);
      worker.transport.failNext({ ...expiredToken, retryAfterMs: 5_000 });
      await stage.until(() => worker.transport.sent.length === 2, { stepMs: 1_000 });
      worker.transport.hold();
      await stage.until(() => worker.transport.sent.length === 3, { stepMs: 1_000 });
      await worker.callboard.pauses.pause(byHand());
      worker.transport.release();
      await stage.until(async () => (await stage.counts()).sent === 1);
      await stage.queue(worker, { people: 3 });
      await stage.clock.advance(10 * minute);
      expect(worker.transport.sent).toHaveLength(3);
      expect(await worker.callboard.pauses.list()).toMatchObject([{ reason, holds: true }]);
    }),
  );

  test.each([
    { wrong: { channel: "fax" }, problem: 'No transport "fax"' },
    { wrong: { reason: "" }, problem: "pauses.pause({ reason })" },
    { wrong: { until: new Date(0) }, problem: "pauses.pause({ until })" },
    { wrong: { until: "tomorrow" as never }, problem: "pauses.pause({ until })" },
    { wrong: { template: "" }, problem: "pauses.pause({ template })" },
    { wrong: { forever: true }, problem: "pauses.pause({ forever })" },
  ])("pauses.pause() refuses $wrong, and pauses nothing", ({ wrong, problem }) =>
    onStage(kind, {}, async (stage) => {
      const { callboard } = stage.worker();
      const until = new Date("2030-01-01T00:00:00Z");
      const request = { ...channel, reason: "Hold.", until, ...wrong };
      await expect(callboard.pauses.pause(request as never)).rejects.toThrow(problem);
      expect(await callboard.pauses.list()).toEqual([]);
    })(),
  );

  test(
    "the reason of a pause holds neither the address nor the text of the message that brought it about",
    onStage(kind, {}, async (stage) => {
      const text = "Order SO-1 awaits you.";
      const transport = chatTransport(async ({ to }) => {
        throw new DeliveryError(`No token for ${to}: ${text}`, expiredToken);
      });
      const worker = await stage.started({ transport });
      const events = pauseEvents(worker);
      const id = await stage.queueOne(worker);
      await stage.until(() => events.length === 1);
      const { address } = await stage.get(id);
      const [pause] = await worker.callboard.pauses.list();
      for (const seen of [pause, ...events, ...stage.logger.entries]) {
        expect(JSON.stringify(seen)).not.toContain(address);
        expect(JSON.stringify(seen)).not.toContain(text);
      }
      expect(pause?.reason).toBe("No token for […]: […] Renew the token.");
    }),
  );

  test(
    "a probe that is refused for its person's sake ends the pause: the sender works again",
    onStage(kind, { people: 3 }, async (stage) => {
      const worker = await stage.started();
      worker.transport.failNext(expiredToken);
      await stage.queueOne(worker);
      await stage.until(async () => (await stage.all())[0]!.failure !== null);
      worker.transport.failNext({ failureClass: "permanent-recipient", hint: "Ask for another number." });
      await stage.clock.advance(minute + 15_000);
      expect(await stage.counts()).toEqual({ failed: 1 });
      expect(await worker.callboard.pauses.list()).toEqual([]);
    }),
  );

  test(
    "a send that was under way when the channel was paused does not end the pause when it is accepted",
    onStage(kind, { people: 3 }, async (stage) => {
      const answers: ((error?: Error) => void)[] = [];
      const transport = chatTransport(({ notificationId }) => {
        const { promise, resolve, reject } = Promise.withResolvers<{ providerMessageId: string }>();
        answers.push((error) => (error ? reject(error) : resolve({ providerMessageId: notificationId })));
        return promise;
      });
      const worker = await stage.started({ transport });
      const events = pauseEvents(worker);
      await stage.queue(worker, { people: 2 });
      await stage.until(() => answers.length === 2);
      answers[0]!(new DeliveryError("Too fast.", expiredToken));
      await stage.until(() => events.length === 1);
      // Another claim looks at the pauses before the second answer comes.
      await stage.queue(worker, { userIds: ["user-3"] });
      await stage.clock.advance(10);
      answers[1]!();
      await stage.until(async () => (await stage.counts()).sent === 1);
      await stage.clock.advance(30_000);
      expect(events.map(({ name }) => name)).toEqual(["channel.paused"]);
      expect(await worker.callboard.pauses.list()).toHaveLength(1);
      expect(answers).toHaveLength(2);
    }),
  );

  test(
    "a send that fails as template pauses that template alone, and its rows are sent when the pause is over",
    onStage(kind, { people: 4 }, async (stage) => {
      const worker = await stage.started();
      const events = pauseEvents(worker);
      worker.transport.failNext({
        failureClass: "template",
        hint: "Mend the template.",
        retryAfterMs: minute,
      });
      const first = await stage.queueOne(worker);
      await stage.until(() => events.length === 1);
      await stage.queue(worker, { people: 4, context: { order: "SO-2" } });
      await stage.queue(worker, { people: 4, template: "invoice" });
      await stage.clock.advance(50_000);
      expect(worker.transport.sent.map(({ template }) => template.name)).toEqual([
        "order",
        ...Array.from({ length: 4 }, () => "invoice"),
      ]);
      expect(await stage.get(first)).toMatchObject({ status: "pending", attempts: 0 });
      await stage.clock.advance(minute);
      expect(await stage.counts()).toEqual({ sent: 9 });
      const scope = { channel: "chat", template: "order" };
      expect(events).toMatchObject([
        { name: "template.paused", ...scope },
        { name: "template.resumed", ...scope },
      ]);
    }),
  );

  test(
    "pauses.resume() ends a pause at once, says so once, and lets everything that waited behind it be sent",
    onStage(kind, { people: 5 }, async (stage) => {
      const worker = await stage.started();
      const events = pauseEvents(worker);
      worker.transport.failNext({ ...expiredToken, retryAfterMs: 60 * minute });
      const [tried] = await stage.queue(worker);
      await stage.until(() => events.length === 1);
      const waiting = await stage.queue(worker, { people: 5 });
      await stage.clock.advance(minute);
      expect(worker.transport.sent).toHaveLength(1);
      expect(await worker.callboard.pauses.resume(channel)).toBe(true);
      expect(await worker.callboard.pauses.resume(channel)).toBe(false);
      await stage.clock.advance(6_001);
      for (const id of [tried!, ...waiting]) expect((await stage.get(id)).status).toBe("sent");
      expect(events.map(({ name }) => name)).toEqual(["channel.paused", "channel.resumed"]);
    }),
  );

  test(
    "a probe whose claim fails in the store is made again by a later sweep",
    onStage(kind, { people: 2 }, async (stage) => {
      let failures = 0;
      const storage = withVerbs(stage.storage, {
        claim: async (request) => {
          if (failures-- > 0) throw new Error("the store is away");
          return stage.storage.notifications.claim(request);
        },
      });
      const worker = await stage.started({ storage });
      worker.transport.failNext(expiredToken, 2);
      await stage.queue(worker, { people: 2 });
      await stage.until(() => worker.transport.sent.length === 2);
      await stage.clock.advance(59_000);
      failures = 3;
      await stage.clock.advance(minute);
      expect(failures).toBeLessThanOrEqual(0);
      expect(await stage.counts()).toEqual({ sent: 2 });
    }),
  );
});

interface SeenEvent {
  readonly name: string;
}

/** What a worker says about pauses, in order. */
function pauseEvents({ callboard }: Worker): SeenEvent[] {
  const seen: SeenEvent[] = [];
  for (const name of ["channel.paused", "channel.resumed", "template.paused", "template.resumed"] as const) {
    callboard.observe(name, (event) => void seen.push({ name, ...event }));
  }
  return seen;
}
