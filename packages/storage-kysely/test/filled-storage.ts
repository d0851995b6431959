import type { AttemptResult, NewNotification, Storage } from "@callboard/core/adapter";

const people = 20_000;
const batches = 12;
const batchSize = 1_000;

const notification = (index: number) => `notification-${String(index).padStart(6, "0")}`;
const user = (index: number) => `user-${String(index).padStart(5, "0")}`;
const batch = (index: number) => `batch-${index}`;
const attempt = (index: number) => `attempt-${index}`;
const message = (index: number) => `wamid-${index}`;

/** The names of what {@link fillStorage} writes. */
export const ids = { notification, user, batch, attempt, message, draft, acceptance };

function draft(changes: Partial<NewNotification>): NewNotification {
  return {
    id: "notification",
    batchId: "batch",
    userId: "user",
    channel: "whatsapp",
    address: "+263771234567",
    template: "template_1",
    templateVersion: 1,
    priority: "normal",
    content: { text: "Order SO-1", variables: ["SO-1"], buttons: [], channel: null },
    relatedContact: null,
    metadata: null,
    idempotencyKey: null,
    contentHash: "hash-1",
    groupNames: ["Sales Team"],
    notBefore: null,
    expiresAt: null,
    onUncertain: "resend",
    ...changes,
  };
}

function acceptance(index: number, leaseToken = "lease"): AttemptResult {
  const failed = index % 100 === 0;
  return {
    attemptId: attempt(index),
    notificationId: notification(index),
    leaseToken,
    outcome: failed ? "permanent-recipient" : "accepted",
    providerMessageId: failed ? null : message(index),
    providerCode: failed ? "131026" : null,
    message: null,
    durationMs: 12,
    transition: {
      status: failed ? "failed" : "sent",
      dueInMs: null,
      attempts: 1,
      crashes: 0,
      uncertainties: 0,
      failure: failed
        ? { failureClass: "permanent-recipient", providerCode: "131026", message: "No.", hint: "Ask." }
        : null,
      providerMessageId: failed ? null : message(index),
      stamps: {},
    },
  };
}

/** Some thousand people, and so many notifications that no planner would read them all for a few: sent, but for the last. */
export async function fillStorage<Tx>({ notifications, contacts, groups }: Storage<Tx>): Promise<void> {
  const userIds = Array.from({ length: people }, (_, index) => user(index));
  await contacts.save(
    userIds.map((userId, index) => ({
      userId,
      name: null,
      locale: null,
      active: true,
      addresses: { whatsapp: `+26377${index}` },
    })),
  );
  await groups.ensure(["Sales Team", "Finance Team"]);
  await groups.addMembers("Sales Team", userIds);
  await groups.addMembers("Finance Team", userIds.slice(0, 100));
  for (let number = 0; number < batches; number += 1) await writeBatch(notifications, number);
  for (let number = 0; number < batches - 1; number += 1) await sendBatch(notifications);
}

async function writeBatch({ insertMany }: Storage["notifications"], number: number): Promise<void> {
  await insertMany(
    Array.from({ length: batchSize }, (_, index) => {
      const serial = number * batchSize + index;
      return draft({
        id: notification(serial),
        batchId: batch(number),
        userId: user(serial % people),
        template: `template_${number}`,
        relatedContact: { id: `customer-${number}` },
        idempotencyKey: "evt-1",
      });
    }),
  );
}

async function sendBatch({ claim, startAttempts, record }: Storage["notifications"]): Promise<void> {
  const rows = await claim({
    token: "lease",
    leaseMs: 60_000,
    channels: ["whatsapp"],
    pausedTemplates: [],
    limit: batchSize,
  });
  const serials = rows.map(({ id }) => Number(id.slice("notification-".length)));
  await startAttempts(
    serials.map((serial) => ({
      id: attempt(serial),
      notificationId: notification(serial),
      leaseToken: "lease",
    })),
  );
  await record(serials.map((serial) => acceptance(serial)));
}
