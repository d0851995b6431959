import type { Attempt } from "../domain/attempt.js";
import type { Batch } from "../domain/batch.js";
import { withoutSecrets } from "../domain/foreign-words.js";
import type { Intervention } from "../domain/intervention.js";
import type { Failure, Notification } from "../domain/notification.js";
import type { KeptReceipt } from "../domain/receipt.js";
import type { Pause } from "../ports/pause-store.js";
import type { Storage } from "../ports/storage.js";

/** Everything that the store knows about one notification, others' words without its address and text. */
export interface Story {
  readonly notification: Notification;
  /** The notification's own. */
  readonly failure: Failure | null;
  readonly batch: Batch | null;
  /** Oldest first. */
  readonly attempts: readonly Attempt[];
  readonly receipts: readonly KeptReceipt[];
  readonly interventions: readonly Intervention[];
  /** Those that hold this notification back, or did until a moment ago; that of the whole channel first. */
  readonly pauses: readonly Pause[];
}

/** Reads the rest of a notification's story: five calls of the store, at once. */
export async function readStory<Tx>(
  { notifications, pauses }: Storage<Tx>,
  notification: Notification,
): Promise<Story> {
  const { id, batchId, failure } = notification;
  const [batch, attempts, receipts, interventions, allPauses] = await Promise.all([
    notifications.batch(batchId),
    notifications.attemptsOf([id]),
    notifications.receiptsOf([id]),
    notifications.interventionsOf([id]),
    pauses.list(),
  ]);
  const clean = withoutSecrets(notification);
  const cleanMessage = <Said extends { readonly message: string | null }>(said: Said): Said => ({
    ...said,
    message: said.message === null ? null : clean(said.message),
  });
  return {
    notification,
    failure: failure && { ...failure, message: clean(failure.message), hint: clean(failure.hint) },
    batch,
    attempts: attempts.map(cleanMessage),
    receipts: receipts.map(cleanMessage),
    interventions: interventions.map((one) => ({ ...one, reason: clean(one.reason) })),
    pauses: pausesOf(notification, allPauses).map((pause) => ({ ...pause, reason: clean(pause.reason) })),
  };
}

function pausesOf({ channel, template }: Notification, pauses: readonly Pause[]): Pause[] {
  return pauses
    .filter((pause) => pause.channel === channel && (pause.template ?? template) === template)
    .sort((a, b) => Number(a.template !== null) - Number(b.template !== null));
}
