import type { AttemptResult, Failure, NewNotification, Notification } from "@callboard/core/adapter";
import {
  acceptance,
  call,
  draft,
  get,
  receipt,
  type StorageUnderTest,
  sending,
  transition,
  waiting,
} from "./stage.js";

/** What every notification to Ada has in common. */
export const toAda = {
  userId: "ada-lovelace",
  address: "+263770001815",
  content: {
    text: "Dear Countess",
    variables: ["Countess"],
    buttons: [{ type: "reply", id: "engine-notes", label: "Countess" }],
    channel: { footer: "Countess" },
  },
  contentHash: "hash of Countess",
  relatedContact: { id: "c-7", name: "Tariro" },
  metadata: { about: "engine-notes" },
  groupNames: ["Sales Team"],
} as const;

/** Found nowhere once Ada is forgotten. */
const traces = ["ada-lovelace", "+263770001815", "Countess", "engine-notes", "wamid-ada", "said of her"];

/** Ada's notifications, one in each state that matters, by what became of it. */
export interface AdasNotifications {
  /** Accepted as "wamid-ada-sent" in "attempt-sent", under the key "evt-sent". */
  readonly sent: Notification;
  /** With a receipt in the provider's words. */
  readonly failed: Notification;
  readonly uncertain: Notification;
  /** After a replay, in somebody's words. */
  readonly retrying: Notification;
  /** Being sent by a worker, in "attempt-held". */
  readonly held: Notification;
  readonly leaseToken: string;
  readonly pending: Notification;
}

/** Skipped her. */
const silentCall = call({ id: "batch-without-ada" });

/** Queues for Ada, and lets a worker send most of it; one call more skipped her. */
export async function tellAda<Tx>(
  stage: StorageUnderTest<Tx>,
  changes: Partial<NewNotification> = {},
): Promise<AdasNotifications> {
  const about = { ...toAda, ...changes };
  const told = async (key: string, result: Partial<AttemptResult>) => {
    const attemptId = `attempt-${key}`;
    const { notification, leaseToken } = await sending(stage, attemptId, {
      ...about,
      idempotencyKey: `evt-${key}`,
    });
    const accepted = acceptance(notification, attemptId, leaseToken, `wamid-ada-${key}`);
    await stage.storage.notifications.record([{ ...accepted, ...result }]);
    return get(stage, notification.id);
  };
  const sent = await told("sent", {});
  const failed = await told("failed", ended("permanent-recipient", "failed", null));
  const uncertain = await told("uncertain", ended("uncertain", "uncertain", 120_000));
  const retrying = await told("retrying", ended("retry", "failed", null));
  const { notification: held, leaseToken } = await sending(stage, "attempt-held", about);
  const pending = draft(about);
  await stage.storage.notifications.insertMany([pending]);
  await speakOf(stage, failed, retrying);
  return {
    sent,
    failed,
    uncertain,
    retrying: await get(stage, retrying.id),
    held: await get(stage, held.id),
    leaseToken,
    pending: await get(stage, pending.id),
  };
}

/** The provider reports about one, somebody replays the other, and a call skips her. */
async function speakOf<Tx>(
  { storage: { notifications } }: StorageUnderTest<Tx>,
  failed: Notification,
  { id, attemptId, failure }: Notification,
): Promise<void> {
  const report = receipt({ status: "failed", attemptId: failed.attemptId, failure: failed.failure });
  await notifications.applyReceipts([{ ...report, providerMessageId: "wamid-ada-failed" }], () => null);
  const again = transition("pending", { attempts: 1, failure, dueInMs: 120_000, replayed: true });
  const intervention = { action: "replayed", reason: "said of her", by: "ops-1" } as const;
  const from = { ...waiting, status: "failed", attemptId } as const;
  await notifications.settle([{ id, from, transition: again, intervention }]);
  await notifications.saveBatch(silentCall);
  const ada = { userId: toAda.userId, reason: "inactive", hint: "said of her" } as const;
  await notifications.saveSkipped(silentCall.id, [ada]);
}

/** Whether the call that skipped Ada still says so. */
export async function skippedAda<Tx>({ storage }: StorageUnderTest<Tx>) {
  return storage.notifications.skipped({ batchId: silentCall.id, userId: toAda.userId });
}

/** The traces of Ada in everything that the store tells. */
export async function tracesOfAda<Tx>(stage: StorageUnderTest<Tx>): Promise<string[]> {
  const { notifications: store } = stage.storage;
  const { notifications } = await store.page({ limit: 1_000 });
  const ids = notifications.map(({ id }) => id);
  const told = JSON.stringify([
    notifications,
    await store.attemptsOf(ids),
    await store.receiptsOf(ids),
    await store.interventionsOf(ids),
    await skippedAda(stage),
  ]);
  return traces.filter((trace) => told.includes(trace));
}

function ended(
  failureClass: Failure["failureClass"],
  status: Notification["status"],
  dueInMs: number | null,
): Partial<AttemptResult> {
  const message = "said of her";
  const failure = { failureClass, providerCode: "131026", message, hint: message };
  return {
    outcome: failureClass,
    providerCode: "131026",
    message,
    transition: transition(status, { attempts: 1, failure, dueInMs }),
  };
}
