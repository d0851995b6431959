import type { Notification } from "@callboard/core";
import { describe, expect, test } from "vitest";
import { type LoopStage, onLoop } from "./whatsapp-loop-stage.js";

const people = Array.from({ length: 300 }, (_, index) => ({
  userId: `user-${index}`,
  addresses: { whatsapp: `+26377${1_000_000 + index}` },
}));
const userIds = people.map(({ userId }) => userId);

/** Everything at once: half of the bodies twice, half out of turn, half of the messages with gaps. */
const unruly = {
  ...{ doubledShare: 0.5, reorderedShare: 0.5, sentMissingShare: 0.5, deliveredSkippedShare: 0.5 },
  delayMs: { min: 0, max: 300 },
};

async function statusesOf({ rows }: LoopStage): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { status } of await rows()) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** What is told of each notification, in order. */
function storiesOf({ callboard }: LoopStage): ReadonlyMap<string, readonly string[]> {
  const stories = new Map<string, readonly string[]>();
  const note = ({ id, status }: Notification) => stories.set(id, [...(stories.get(id) ?? []), status]);
  for (const name of ["sent", "delivered", "read", "failed", "uncertain", "retrying"] as const)
    callboard.observe(`notification.${name}`, ({ notification }) => void note(notification));
  return stories;
}

/** How often the host was posted each body. */
function postsOf({ simulator }: LoopStage): readonly number[] {
  return simulator.webhooks().map(({ posts }) => posts.length);
}

/** Of a message whose early steps came too late to be told, or never. */
const stories = ["sent,delivered,read", "sent,read", "delivered,read", "read"];

describe.each(["v23", "v24"] as const)("webhooks of shape %s", (shape) => {
  test.each([1, 40, 1_000])(
    "300 notifications end as read, each step told once and in order, when webhooks of up to %i updates come twice, out of turn and with gaps",
    async (batchSize) => {
      const webhookDelivery = { ...unruly, batchSize, shape };
      await onLoop({ simulator: { webhookDelivery, limits: "none" } }, async (stage) => {
        const told = storiesOf(stage);
        await stage.callboard.contacts.save(people);
        await stage.queue("notice", userIds);
        await stage.until(async () => (await statusesOf(stage)).read === 300);
        // Whatever still comes doubled or late.
        await stage.advance(10_000);
        expect(await statusesOf(stage)).toEqual({ read: 300 });
        expect(stage.simulator.messages()).toHaveLength(300);
        expect(told.size).toBe(300);
        expect([...told.values()].map(String).filter((story) => !stories.includes(story))).toEqual([]);
        expect(await stage.storage.webhooks.listAside({ limit: 10 })).toEqual([]);
        expect(await stage.storage.webhooks.claim({ limit: 10, leaseMs: 1 })).toEqual([]);
        expect(postsOf(stage).some((posts) => posts > 1)).toBe(true);
        const { charges } = await stage.callboard.notifications.stats({ from: new Date(0) });
        const charge = { category: "utility", type: "regular", country: "ZW" };
        expect(charges).toEqual([{ channel: "whatsapp", template: "notice", charge, count: 300 }]);
      })();
    },
    60_000,
  );
});

test("300 notifications end as read although statuses overtake the answers to the sends", async () => {
  await onLoop(
    {
      simulator: {
        limits: "none",
        statusDelaysMs: { sent: 0, delivered: 0, read: 0 },
        webhookDelivery: unruly,
      },
    },
    async (stage) => {
      await stage.callboard.contacts.save(people);
      await stage.queue("notice", userIds);
      await stage.until(async () => (await statusesOf(stage)).read === 300);
      expect((await stage.rows()).filter(({ attempts }) => attempts !== 1)).toEqual([]);
      expect(stage.simulator.messages()).toHaveLength(300);
    },
  )();
}, 60_000);
