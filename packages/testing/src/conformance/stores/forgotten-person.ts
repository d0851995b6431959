import type { AttemptResult, Failure, Notification } from "@callboard/core/adapter";
import { acceptance, draft, get, type StorageUnderTest, sending, transition } from "./stage.js";

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
  readonly failed: Notification;
  readonly uncertain: Notification;
  readonly retrying: Notification;
  /** Being sent by a worker, in "attempt-held". */
  readonly held: Notification;
  readonly leaseToken: string;
  readonly pending: Notification;
}

/** Queues for Ada, and lets a worker send most of it. */
export async function tellAda<Tx>(stage: StorageUnderTest<Tx>): Promise<AdasNotifications> {
  const told = async (key: string, result: Partial<AttemptResult>) => {
    const attemptId = `attempt-${key}`;
    const { notification, leaseToken } = await sending(stage, attemptId, {
      ...toAda,
      idempotencyKey: `evt-${key}`,
    });
    const accepted = acceptance(notification, attemptId, leaseToken, `wamid-ada-${key}`);
    await stage.storage.notifications.record([{ ...accepted, ...result }]);
    return get(stage, notification.id);
  };
  const sent = await told("sent", {});
  const failed = await told("failed", ended("permanent-recipient", "failed", null));
  const uncertain = await told("uncertain", ended("uncertain", "uncertain", 120_000));
  const retrying = await told("retrying", ended("retry", "pending", 120_000));
  const { notification: held, leaseToken } = await sending(stage, "attempt-held", toAda);
  const pending = draft(toAda);
  await stage.storage.notifications.insertMany([pending]);
  return {
    sent,
    failed,
    uncertain,
    retrying,
    held: await get(stage, held.id),
    leaseToken,
    pending: await get(stage, pending.id),
  };
}

/** The traces of Ada in everything that the store tells. */
export async function tracesOfAda<Tx>({ storage }: StorageUnderTest<Tx>): Promise<string[]> {
  const { notifications } = await storage.notifications.page({ limit: 1_000 });
  const attempts = await storage.notifications.attemptsOf(notifications.map(({ id }) => id));
  const told = JSON.stringify([notifications, attempts]);
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
