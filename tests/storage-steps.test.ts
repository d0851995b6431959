import {
  applyTransition,
  type ChannelReceipt,
  type Notification,
  type Transition,
} from "@callboard/core/adapter";
import { testClock } from "@callboard/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EngineStorage } from "./engine-storages.js";
import { storages } from "./storages.js";

const statuses = [
  ...(["pending", "sending", "uncertain", "sent", "delivered", "read"] as const),
  ...(["failed", "cancelled", "expired"] as const),
];
const aTime = fc.date({ min: new Date(0), max: new Date("2100-01-01T00:00:00Z"), noInvalidDate: true });
const aWord = fc.constantFrom("", "a", "utility", "I will be there", "null", "😀");
const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });

const aStep: fc.Arbitrary<Transition> = fc.record({
  status: fc.constantFrom(...statuses),
  dueInMs: orNull(fc.nat(600_000)),
  attempts: fc.nat(9),
  crashes: fc.nat(5),
  uncertainties: fc.nat(1),
  failure: orNull(
    fc.record({
      failureClass: fc.constantFrom("retry", "permanent-recipient"),
      providerCode: orNull(aWord),
      ...{ message: aWord, hint: aWord },
    }),
  ),
  providerMessageId: orNull(fc.constantFrom("wamid-1", "wamid-2")),
  stamps: fc.record(
    { sentAt: aTime, deliveredAt: aTime, readAt: aTime, acknowledgedAt: aTime },
    { requiredKeys: [] },
  ),
  acknowledgedWith: orNull(fc.record({ id: aWord, label: aWord })),
  charge: orNull(fc.record({ category: aWord, type: orNull(aWord), country: orNull(aWord) })),
  replayed: fc.boolean(),
});

const people = ["ada", "grace", "tariro"] as const;
const fewRuns = { numRuns: 30 };

describe.each(storages)("on $name", ({ open }) => {
  test("settle() writes of any steps what applyTransition() says", async () => {
    const clock = testClock();
    const { notifications } = await open(clock);
    const anySteps = fc.array(aStep, { minLength: 1, maxLength: 4 });
    const property = fc.asyncProperty(anySteps, async (steps) => {
      const id = await insertOne(notifications);
      let expected = await read(notifications, id);
      for (const transition of steps) {
        const from = { status: expected.status, leaseToken: null, attemptId: null, leaseOver: false };
        expected = applyTransition(expected, transition, clock.now());
        expect(await notifications.settle([{ id, from, transition }])).toEqual([expected]);
        await clock.advance(1_000);
      }
      expect(await read(notifications, id)).toEqual(expected);
    });
    await fc.assert(property, fewRuns);
  });

  test("applyReceipts() writes of any steps, of several people at once, what applyTransition() says", async () => {
    const clock = testClock();
    const { notifications } = await open(clock);
    const oneEach = fc.tuple(aStep, aStep, aStep);
    const property = fc.asyncProperty(fc.array(oneEach, { minLength: 1, maxLength: 3 }), async (rounds) => {
      const started = await Promise.all(people.map(() => insertOne(notifications)));
      await startAll(notifications, started);
      for (const steps of rounds) {
        const before = await Promise.all(started.map((id) => read(notifications, id)));
        const stepOf = new Map(started.map((id, index) => [id, steps[index]]));
        const { moved } = await notifications.applyReceipts(
          started.map(receiptOf),
          ({ id }) => stepOf.get(id) ?? null,
        );
        const expected = before.map((row, index) => applyTransition(row, steps[index]!, clock.now()));
        expect(moved).toHaveLength(people.length);
        expect(moved).toEqual(expect.arrayContaining(expected));
        const stored = await Promise.all(started.map((id) => read(notifications, id)));
        expect(stored).toEqual(expected);
        await clock.advance(1_000);
      }
    });
    await fc.assert(property, fewRuns);
  });
});

type Notifications = EngineStorage["notifications"];

let serial = 0;

async function insertOne(notifications: Notifications): Promise<string> {
  serial += 1;
  const id = `notification-${serial}`;
  await notifications.insertMany([
    {
      ...{ id, batchId: "batch", userId: "ada", channel: "whatsapp", address: "+263771234567" },
      ...{ template: "order_created", templateVersion: 1, priority: "normal" as const },
      content: { text: "Order SO-1", variables: [], buttons: [], channel: null },
      ...{ relatedContact: null, metadata: null, idempotencyKey: null, cancelKey: null },
      ...{ onlyIf: null, traceParent: null, contentHash: "hash-1", groupNames: [] },
      ...{ notBefore: null, expiresAt: null, onUncertain: "resend" as const },
    },
  ]);
  return id;
}

async function read(notifications: Notifications, id: string): Promise<Notification> {
  const [row] = await notifications.getMany([id]);
  if (!row) throw new Error(`getMany() did not return ${id}.`);
  return row;
}

/** Claims whatever is due, and starts attempts of these. */
async function startAll(notifications: Notifications, ids: readonly string[]): Promise<void> {
  const lease = { token: `lease-of-${ids[0]}`, leaseMs: 60_000 };
  const due = { channels: ["whatsapp"], pausedTemplates: [], priorities: ["normal" as const] };
  await notifications.claim({ ...lease, ...due, limit: 1_000 });
  const attempts = ids.map((id) => ({ id: `attempt-of-${id}`, notificationId: id, leaseToken: lease.token }));
  expect(await notifications.startAttempts(attempts)).toHaveLength(ids.length);
}

function receiptOf(id: string): ChannelReceipt {
  return {
    ...{ channel: "whatsapp", providerMessageId: `wamid-of-${id}`, attemptId: `attempt-of-${id}` },
    ...{ status: "delivered", occurredAt: new Date("2026-01-01T10:00:00Z"), failure: null },
  };
}
