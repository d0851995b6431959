import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Charge } from "../src/domain/charge.js";
import { defaultDeliveryPolicy } from "../src/domain/delivery-policy.js";
import type { FailureClass } from "../src/domain/failure.js";
import { type LifeEvent, meaningfulIn } from "../src/domain/life-event.js";
import type { Failure, Notification, NotificationStatus } from "../src/domain/notification.js";
import type { PressedButton, Receipt } from "../src/domain/receipt.js";
import { step } from "../src/domain/step.js";
import { applyTransition } from "../src/domain/transition.js";
import { notificationIn } from "./notification-in.js";

const now = new Date("2026-03-01T08:00:00Z");
const context = { policy: defaultDeliveryPolicy, now, random: () => 0.5 };
const statuses = Object.keys({
  pending: 0,
  sending: 0,
  uncertain: 0,
  sent: 0,
  delivered: 0,
  read: 0,
  failed: 0,
  cancelled: 0,
  expired: 0,
} satisfies Record<NotificationStatus, 0>) as NotificationStatus[];

/** Every event, and where it leads from each state; a state that is missing refuses it. */
const table: readonly { event: LifeEvent; leads: Partial<Record<NotificationStatus, NotificationStatus>> }[] =
  [
    { event: { type: "postponed", delayMs: 5 }, leads: { sending: "pending" } },
    { event: { type: "postponed", delayMs: 5, failure: failure("retry") }, leads: { sending: "pending" } },
    { event: { type: "accepted", providerMessageId: "m-1" }, leads: { sending: "sent" } },
    { event: refused("retry"), leads: { sending: "pending" } },
    { event: refused("retry-later"), leads: { sending: "pending" } },
    { event: refused("sender"), leads: { sending: "pending" } },
    { event: refused("template"), leads: { sending: "pending" } },
    { event: refused("permanent-recipient"), leads: { sending: "failed" } },
    { event: refused("permanent-request"), leads: { sending: "failed" } },
    { event: refused("quarantined"), leads: { sending: "failed" } },
    { event: refused("uncertain"), leads: { sending: "uncertain" } },
    { event: { type: "lease-lost", attemptOpen: false }, leads: { sending: "pending" } },
    { event: { type: "lease-lost", attemptOpen: true }, leads: { sending: "uncertain" } },
    { event: { type: "wait-over" }, leads: { uncertain: "pending" } },
    { event: { type: "expired" }, leads: { pending: "expired" } },
    { event: { type: "cancelled" }, leads: { pending: "cancelled", sending: "cancelled" } },
    { event: { type: "replayed" }, leads: { failed: "pending" } },
    { event: { type: "resolved", as: "told" }, leads: { uncertain: "sent" } },
    { event: { type: "resolved", as: "resend" }, leads: { uncertain: "pending" } },
    { event: { type: "resolved", as: "give-up" }, leads: { uncertain: "failed" } },
    {
      event: receipt("sent"),
      leads: { ...everywhere("sent"), sent: "sent", delivered: "delivered", read: "read" },
    },
    {
      event: receipt("delivered"),
      leads: { ...everywhere("delivered"), delivered: "delivered", read: "read" },
    },
    { event: receipt("read"), leads: everywhere("read") },
    { event: receipt("acknowledged"), leads: everywhere("read") },
    { event: failedReceipt("retry"), leads: { sending: "pending", uncertain: "pending", sent: "pending" } },
    {
      event: failedReceipt("permanent-recipient"),
      leads: { sending: "failed", uncertain: "failed", sent: "failed" },
    },
  ];

describe.each(table)("$event", ({ event, leads }) => {
  test.each(statuses)(`comes to a notification that is %s`, (status) => {
    const transition = step(notificationIn(status), event, context);
    expect(transition?.status ?? null).toBe(leads[status] ?? null);
  });
});

test("every type of event is in the table", () => {
  const types = new Set(table.map(({ event }) => event.type));
  expect([...types].toSorted()).toEqual(Object.keys(meaningfulIn).toSorted());
});

const classes: FailureClass[] = [
  ...(["retry", "retry-later", "permanent-recipient", "permanent-request"] as const),
  ...(["template", "sender", "uncertain"] as const),
];
const anyFailure = fc.constantFrom(...classes).map(failure);
const anyEvent: fc.Arbitrary<LifeEvent> = fc.oneof(
  fc.record({ type: fc.constant("postponed" as const), delayMs: fc.nat(600_000) }),
  fc.record({ type: fc.constant("postponed" as const), delayMs: fc.nat(600_000), failure: anyFailure }),
  fc.record({ type: fc.constant("accepted" as const), providerMessageId: fc.constantFrom("m-1", null) }),
  fc.record({
    type: fc.constant("refused" as const),
    failure: anyFailure,
    retryAfterMs: fc.option(fc.nat(10 ** 9)),
    unsent: fc.boolean(),
  }),
  fc.record({ type: fc.constant("lease-lost" as const), attemptOpen: fc.boolean() }),
  fc.constantFrom<LifeEvent>({ type: "wait-over" }, { type: "expired" }, { type: "cancelled" }),
  fc.constant<LifeEvent>({ type: "replayed" }),
  fc
    .constantFrom("told", "resend", "give-up")
    .map((as): LifeEvent => ({ type: "resolved", as: as as "told" })),
  fc
    .tuple(
      fc.constantFrom("sent", "delivered", "read", "acknowledged"),
      fc.constantFrom("attempt-1", "attempt-0"),
      fc.constantFrom(null, charged("utility"), charged("marketing")),
      fc.constantFrom(null, pressed("yes"), pressed("no")),
    )
    .map(([status, attemptId, charge, button]): LifeEvent => {
      return receipt(status as "sent", attemptId, { charge, button });
    }),
  fc.constantFrom(...classes).map(failedReceipt),
);

const strength: Partial<Record<NotificationStatus, number>> = { delivered: 1, read: 2 };

test("no sequence of events takes a strong state back, changes a stamp, a press or a charge, or ends where nothing can go on from", () => {
  const property = fc.property(
    fc.constantFrom<Notification["onUncertain"]>("resend", "hold", "fail"),
    fc.array(anyEvent, { maxLength: 40 }),
    (onUncertain, events) => {
      let notification = notificationIn("pending", { onUncertain });
      for (const event of events) {
        // What is due is claimed, as a worker would.
        if (notification.status === "pending") notification = { ...notification, status: "sending" };
        const transition = step(notification, event, context);
        const after = transition ? applyTransition(notification, transition, now) : notification;
        expect(strength[after.status] ?? 0).toBeGreaterThanOrEqual(strength[notification.status] ?? 0);
        for (const first of ["sentAt", "deliveredAt", "readAt", "acknowledgedAt", "charge"] as const)
          if (notification[first]) expect(after[first]).toEqual(notification[first]);
        if (notification.acknowledgedAt)
          expect(after.acknowledgedWith).toEqual(notification.acknowledgedWith);
        if (after.acknowledgedAt) expect(after.readAt).not.toBeNull();
        expect(after.acknowledgedWith === null || after.acknowledgedAt !== null).toBe(true);
        expect(goesOn(after), `${event.type} led to ${after.status}`).toBe(true);
        notification = after;
      }
    },
  );
  fc.assert(property, { numRuns: 2_000 });
});

/** Whether it is at its end, or a worker, the clock or a person will move it. */
function goesOn({ status, nextAttemptAt, onUncertain }: Notification): boolean {
  if (status === "pending") return nextAttemptAt !== null;
  if (status === "uncertain") return nextAttemptAt !== null || onUncertain === "hold";
  // A worker holds it, and its lease ends.
  return status === "sending" || nextAttemptAt === null;
}

test("a notification that is refused again and again fails in the end, after as many attempts as its policy allows", () => {
  const property = fc.property(fc.integer({ min: 1, max: 20 }), (maxAttempts) => {
    const policy = { ...defaultDeliveryPolicy, maxAttempts };
    let notification = notificationIn("sending");
    let refusals = 0;
    while (notification.status === "sending" || notification.status === "pending") {
      const transition = step({ ...notification, status: "sending" }, refused("retry"), {
        ...context,
        policy,
      });
      notification = applyTransition(notification, transition!, now);
      refusals += 1;
    }
    expect(notification).toMatchObject({ status: "failed", attempts: maxAttempts });
    expect(refusals).toBe(maxAttempts);
  });
  fc.assert(property);
});

test("a refusal of what has not left spends no attempt, and is given up by age alone", () => {
  const unsent = { type: "refused", failure: failure("retry"), retryAfterMs: null, unsent: true } as const;
  const spent = { attempts: defaultDeliveryPolicy.maxAttempts - 1 };
  expect(step(notificationIn("sending", spent), unsent, context)).toMatchObject({
    status: "pending",
    ...spent,
  });
  const old = { createdAt: new Date(now.getTime() - defaultDeliveryPolicy.maxAgeMs) };
  expect(step(notificationIn("sending", old), unsent, context)?.status).toBe("failed");
});

test("a class with limits of its own is given up by these, and the others by the common ones", () => {
  const policy = { ...defaultDeliveryPolicy, classes: { "retry-later": { maxAttempts: 1 } } };
  const sending = notificationIn("sending");
  expect(step(sending, refused("retry-later"), { ...context, policy })?.status).toBe("failed");
  expect(step(sending, refused("retry"), { ...context, policy })?.status).toBe("pending");
});

test("a wait that would end after maxAgeMs is not begun, and the age of a replayed notification counts from its replay", () => {
  const old = { createdAt: new Date(now.getTime() - defaultDeliveryPolicy.maxAgeMs) };
  const later = { type: "refused", failure: failure("retry"), retryAfterMs: 1_000, unsent: false } as const;
  expect(step(notificationIn("sending", old), later, context)?.status).toBe("failed");
  const replayed = notificationIn("sending", { ...old, replayedAt: now });
  expect(step(replayed, later, context)?.status).toBe("pending");
});

test("a postponement with a failure is given up by age, and spends no attempt", () => {
  const event: LifeEvent = { type: "postponed", delayMs: 60_000, failure: failure("retry") };
  expect(step(notificationIn("sending", { attempts: 3 }), event, context)).toMatchObject({
    status: "pending",
    attempts: 3,
  });
  const old = { createdAt: new Date(now.getTime() - defaultDeliveryPolicy.maxAgeMs) };
  expect(step(notificationIn("sending", old), event, context)?.status).toBe("failed");
});

test("a press stamps that it was read and acknowledged, and with which button; a second one changes nothing", () => {
  const at = new Date("2026-03-01T09:00:00Z");
  const delivered = notificationIn("delivered", { deliveredAt: now });
  const press = receipt("acknowledged", "attempt-1", { occurredAt: at, button: pressed("yes") });
  const transition = step(delivered, press, context);
  expect(transition).toMatchObject({ status: "read", stamps: { readAt: at, acknowledgedAt: at } });
  const after = applyTransition(delivered, transition!, now);
  expect(after).toMatchObject({ readAt: at, acknowledgedAt: at, acknowledgedWith: pressed("yes") });
  const again = { occurredAt: new Date("2026-03-01T10:00:00Z"), button: pressed("no") };
  expect(step(after, receipt("acknowledged", "attempt-1", again), context)).toBeNull();
});

test("a charge counts once, and also when it comes with a receipt that is old news otherwise", () => {
  const sent = notificationIn("sent", { sentAt: now });
  expect(step(sent, receipt("sent"), context)).toBeNull();
  const told = step(sent, receipt("sent", "attempt-1", { charge: charged("utility") }), context);
  expect(told).toMatchObject({ status: "sent", charge: charged("utility"), stamps: {} });
  const after = applyTransition(sent, told!, now);
  expect(step(after, receipt("sent", "attempt-1", { charge: charged("marketing") }), context)).toBeNull();
});

test("a charge for a message that has failed since, or waits to be sent again, leaves that as it is", () => {
  const late = receipt("sent", "attempt-1", { charge: charged("utility") });
  for (const status of ["failed", "pending"] as const)
    expect(step(notificationIn(status, { sentAt: now }), late, context)).toBeNull();
});

test("replaying begins with fresh counters, and is refused when the time has run out or the person is forgotten", () => {
  const spent = { attempts: 10, crashes: 4, uncertainties: 2 };
  expect(step(notificationIn("failed", spent), { type: "replayed" }, context)).toMatchObject({
    ...{ status: "pending", attempts: 0, crashes: 0, uncertainties: 0, dueInMs: 0, replayed: true },
  });
  expect(step(notificationIn("failed", { expiresAt: now }), { type: "replayed" }, context)).toBeNull();
  expect(step(notificationIn("failed", { contentHash: "" }), { type: "replayed" }, context)).toBeNull();
});

function everywhere(to: NotificationStatus): Partial<Record<NotificationStatus, NotificationStatus>> {
  return Object.fromEntries(statuses.map((from) => [from, to]));
}

function failure(failureClass: FailureClass): Failure {
  return { failureClass, providerCode: "1", message: "It failed.", hint: "Mend it." };
}

function refused(failureClass: FailureClass): LifeEvent {
  return { type: "refused", failure: failure(failureClass), retryAfterMs: null, unsent: false };
}

function receipt(
  status: Receipt["status"],
  attemptId = "attempt-1",
  changes: Partial<Receipt> = {},
): LifeEvent {
  const reported = { status, attemptId, providerMessageId: "m-1", occurredAt: now, failure: null };
  return { type: "receipt", receipt: { ...reported, ...changes } };
}

function charged(category: string): Charge {
  return { category, type: "regular", country: "ZW" };
}

function pressed(id: string): PressedButton {
  return { id, label: id.toUpperCase() };
}

function failedReceipt(failureClass: FailureClass): LifeEvent {
  const event = receipt("failed");
  if (event.type !== "receipt") throw new Error("not a receipt");
  return { type: "receipt", receipt: { ...event.receipt, failure: failure(failureClass) } };
}
