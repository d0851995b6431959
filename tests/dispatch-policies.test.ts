import { createCallboard, defineTemplate } from "@callboard/core";
import { inProcessScheduler } from "@callboard/scheduler-in-process";
import { fakeTransport } from "@callboard/testing";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { onStage, type Stage } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";

const context = z.object({ order: z.string() });
const sample = { order: "SO-1" };
const body = "Order <%= it.order %> awaits you.";
const minute = 60_000;
const userIds = ["user-1"];
const templates = {
  order: defineTemplate({ context, sample, body }),
  alarm: defineTemplate({ context, sample, body, policy: { maxAttempts: 2 } }),
  offer: defineTemplate({
    context,
    sample,
    body,
    policy: { classes: { "retry-later": { maxAttempts: 1 } } },
  }),
};

describe.each(storageKinds)("on $name", (kind) => {
  test(
    "a template's own policy gives up after its own attempts, and the others go by the common one",
    onStage(kind, { people: 1 }, async (stage) => {
      const { callboard, transport } = await started(stage);
      transport.failNext({ failureClass: "retry", hint: "Again." }, 5);
      await callboard.queueNotificationsToUsers({ template: "alarm", context: sample, userIds });
      await callboard.queueNotificationsToUsers({ template: "order", context: sample, userIds });
      await stage.until(async () => (await stage.counts()).failed === 2, { stepMs: 5_000 });
      const rows = await stage.all();
      expect(new Map(rows.map(({ template, attempts }) => [template, attempts]))).toEqual(
        new Map([
          ["alarm", 2],
          ["order", 3],
        ]),
      );
      await stage.stop({ callboard });
    }),
  );

  test(
    "limits of one class give up its failures alone",
    onStage(kind, { people: 1 }, async (stage) => {
      const { callboard, transport } = await started(stage);
      transport.failNext({ failureClass: "retry-later", hint: "Tomorrow." });
      await callboard.queueNotificationsToUsers({ template: "offer", context: sample, userIds });
      await stage.until(async () => (await stage.counts()).failed === 1);
      transport.failNext({ failureClass: "retry", hint: "Again." });
      await callboard.queueNotificationsToUsers({ template: "offer", context: sample, userIds });
      await stage.until(async () => (await stage.counts()).sent === 1, { stepMs: 5_000 });
      await stage.stop({ callboard });
    }),
  );

  test(
    "an address that the provider cannot reach is left alone for unreachableMs, then tried again",
    onStage(kind, { people: 2 }, async (stage) => {
      const { callboard, transport } = await started(stage);
      transport.failNext({ failureClass: "permanent-recipient", hint: "Ask for another number." });
      const queue = () =>
        callboard.queueNotificationsToUsers({ template: "order", context: sample, userIds });
      await queue();
      await stage.until(async () => (await stage.counts()).failed === 1);
      expect(await queue()).toMatchObject({
        queued: [],
        skipped: [{ userId: "user-1", reason: "unreachable" }],
      });
      const people = await callboard.contacts.get(["user-1", "user-2"]);
      const marks = people.map(({ userId, addresses }) => [userId, addresses.chat?.unreachableAt]);
      expect(new Map(marks as [string, Date | null][])).toEqual(
        new Map([
          ["user-1", expect.any(Date)],
          ["user-2", null],
        ]),
      );
      await stage.clock.advance(10 * minute + 1);
      expect((await queue()).queued).toHaveLength(1);
      await stage.until(async () => (await stage.counts()).sent === 1);
      await stage.stop({ callboard });
    }),
  );
});

test.each([
  { policy: { maxAttemps: 3 }, path: "templates.order.policy.maxAttemps" },
  { policy: { maxAttempts: 0 }, path: "templates.order.policy.maxAttempts" },
  { policy: { classes: { sender: {} } }, path: "templates.order.policy.classes.sender" },
  {
    policy: { classes: { retry: { maxAgeMs: 1.5 } } },
    path: 'templates.order.policy.classes["retry"].maxAgeMs',
  },
])("createCallboard() refuses the policy $policy of a template at its path", ({ policy, path }) => {
  const order = defineTemplate({ context, sample, body, policy: policy as never });
  const wiring = {
    ...{ storage: {} as never, scheduler: {} as never },
    transports: [fakeTransport("chat")] as const,
    templates: { order },
  };
  expect(() => createCallboard(wiring)).toThrow(path);
});

/** A Callboard of these templates on the stage, started. */
async function started(stage: Stage) {
  const transport = fakeTransport("chat", { clock: stage.clock });
  const { storage, clock, logger } = stage;
  const callboard = createCallboard({
    ...{ storage, clock, logger, templates, scheduler: inProcessScheduler() },
    transports: [transport] as const,
    policy: { maxAttempts: 3, unreachableMs: 10 * minute },
  });
  await callboard.start();
  return { callboard, transport };
}
