import type {
  ChannelReceipt,
  NewBatch,
  NewNotification,
  Notification,
  NotificationStore,
  ReceiptReducer,
  Storage,
  Transition,
} from "@callboard/core/adapter";
import type { Runner } from "../runner.js";

/** A storage to test, and the time by which it goes. */
export interface StorageUnderTest<Tx> {
  readonly storage: Storage<Tx>;
  /** Moves the time on which the storage measures leases, due times and pauses. */
  readonly advance: (ms: number) => Promise<void>;
  readonly close?: () => Promise<void>;
}

/** Opens an empty storage. Called once per test. */
export type OpenStorage<Tx> = () => Promise<StorageUnderTest<Tx>>;

/** What each group of tests gets: a test whose storage is opened before it and closed after it, whatever happens. */
export interface Stage<Tx> {
  readonly runner: Runner;
  readonly test: (title: string, run: (stage: StorageUnderTest<Tx>) => Promise<void>) => void;
}

export function stageOf<Tx>(runner: Runner, open: OpenStorage<Tx>): Stage<Tx> {
  return {
    runner,
    test: (title, run) =>
      runner.test(title, async () => {
        const underTest = await open();
        try {
          await run(underTest);
        } finally {
          await underTest.close?.();
        }
      }),
  };
}

let serial = 0;

/** A notification to insert: due at once, for a person and in a batch of its own. */
export function draft(changes: Partial<NewNotification> = {}): NewNotification {
  serial += 1;
  return {
    id: `notification-${serial}`,
    batchId: `batch-${serial}`,
    userId: `user-${serial}`,
    channel: "whatsapp",
    address: `+26377${String(serial).padStart(7, "0")}`,
    template: "order_created",
    templateVersion: 1,
    priority: "normal",
    content: { text: "Order SO-1", variables: ["SO-1"], buttons: [], channel: null },
    relatedContact: null,
    metadata: null,
    idempotencyKey: null,
    cancelKey: null,
    onlyIf: null,
    traceParent: null,
    contentHash: "hash-1",
    groupNames: [],
    notBefore: null,
    expiresAt: null,
    onUncertain: "resend",
    ...changes,
  };
}

/** Notifications of one batch; what `changes` says is the same for each. */
export function drafts(count: number, changes: Partial<NewNotification> = {}): NewNotification[] {
  const batchId = `batch-of-${count}-after-${serial}`;
  return Array.from({ length: count }, () => draft({ batchId, ...changes }));
}

/** A call to note: for everybody in one group, asked for by nobody but the host's code. */
export function call(changes: Partial<NewBatch> = {}): NewBatch {
  serial += 1;
  return {
    id: `batch-${serial}`,
    template: "order_created",
    templateVersion: 1,
    channel: "whatsapp",
    groupNames: ["Sales Team"],
    namedUsers: 0,
    idempotencyKey: null,
    cancelKey: null,
    origin: null,
    ...changes,
  };
}

/** A claim of whatever is due on "whatsapp". */
export function claimRequest(token: string, limit = 100) {
  const priorities = ["high", "normal", "low"] as const;
  return { token, leaseMs: 60_000, channels: ["whatsapp"], pausedTemplates: [], priorities, limit };
}

export function transition(status: Transition["status"], changes: Partial<Transition> = {}): Transition {
  return {
    status,
    dueInMs: null,
    attempts: 0,
    crashes: 0,
    uncertainties: 0,
    failure: null,
    providerMessageId: null,
    stamps: {},
    acknowledgedWith: null,
    charge: null,
    replayed: false,
    ...changes,
  };
}

/** What `settle()` is told of a notification that waits and was never tried. */
export const waiting = { status: "pending", leaseToken: null, attemptId: null, leaseOver: false } as const;

/** Takes a step with a notification that is pending. */
export async function moveTo(
  store: NotificationStore<never>,
  { id, attemptId = null }: Pick<Notification, "id"> & Partial<Pick<Notification, "attemptId">>,
  step: Transition,
): Promise<void> {
  const moved = await store.settle([{ id, from: { ...waiting, attemptId }, transition: step }]);
  if (moved.length === 0) throw new Error(`settle() did not move ${id}`);
}

/** The result of an attempt that the provider accepted. */
export function acceptance(
  notification: Notification,
  attemptId: string,
  leaseToken: string,
  providerMessageId: string,
) {
  return {
    attemptId,
    notificationId: notification.id,
    leaseToken,
    outcome: "accepted" as const,
    providerMessageId,
    providerCode: null,
    message: null,
    durationMs: 12,
    transition: transition("sent", { attempts: 1, providerMessageId }),
  };
}

export function receipt(changes: Partial<ChannelReceipt> = {}): ChannelReceipt {
  return {
    channel: "whatsapp",
    providerMessageId: "wamid-1",
    attemptId: null,
    status: "delivered",
    occurredAt: new Date("2026-01-01T10:00:00.000Z"),
    failure: null,
    ...changes,
  };
}

/** Moves to whatever a receipt says, with its time: the store's part without the rules of core. */
export const follow: ReceiptReducer = (notification, receipt) => {
  const { status, occurredAt, providerMessageId, button = null, charge = null } = receipt;
  return transition(status === "acknowledged" ? "read" : status, {
    attempts: notification.attempts,
    providerMessageId,
    stamps: Object.fromEntries(stampsOf[status].map((stamp) => [stamp, occurredAt])),
    acknowledgedWith: button,
    charge,
  });
};

const stampsOf = {
  sent: ["sentAt"],
  delivered: ["deliveredAt"],
  read: ["readAt"],
  acknowledged: ["readAt", "acknowledgedAt"],
  failed: [],
} as const;

/** Inserts one notification, claims it, and starts its attempt. */
export async function sending<Tx>(
  { storage }: StorageUnderTest<Tx>,
  attemptId: string,
  changes: Partial<NewNotification> = {},
): Promise<{ notification: Notification; leaseToken: string }> {
  const row = draft(changes);
  await storage.notifications.insertMany([row]);
  const leaseToken = `lease-of-${attemptId}`;
  const claimed = await storage.notifications.claim(claimRequest(leaseToken));
  const notification = claimed.find(({ id }) => id === row.id);
  if (!notification) throw new Error("claim() did not return the notification that is due");
  await storage.notifications.startAttempts([{ id: attemptId, notificationId: row.id, leaseToken }]);
  return { notification, leaseToken };
}

export async function get<Tx>({ storage }: StorageUnderTest<Tx>, id: string): Promise<Notification> {
  const [notification] = await storage.notifications.getMany([id]);
  if (!notification) throw new Error(`getMany() did not return ${id}`);
  return notification;
}
