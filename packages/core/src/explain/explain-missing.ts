import type { Batch } from "../domain/batch.js";
import type { Notification } from "../domain/notification.js";
import { unusableName } from "../domain/storable-text.js";
import { refuse, refuseUnknown } from "../notifications/refuse.js";
import type { NotificationStore } from "../ports/notification-store.js";
import { type Explainer, explainRow } from "./explain-notification.js";
import { membershipsNow } from "./memberships-now.js";
import type { MissingExplanation, MissingRequest } from "./missing-explanation.js";
import { duplicateText, notAskedText, queuedText, skippedText, unknownBatchText } from "./missing-words.js";

const call = "notifications.explainMissing";

const known: Record<keyof MissingRequest, true> = { batchId: true, userId: true };

/** Finds out why a call did not tell a person. */
export async function explainMissing<Tx>(
  explainer: Explainer<Tx>,
  request: MissingRequest,
): Promise<MissingExplanation> {
  checkRequest(request);
  const { batchId, userId } = request;
  const { notifications, groups } = explainer.storage;
  const [batch, skip, queued] = await Promise.all([
    notifications.batch(batchId),
    notifications.skipped({ batchId, userId }),
    notifications.page({ batchId, userId, limit: 1 }),
  ]);
  const [own] = queued.notifications;
  if (own) {
    const explanation = await explainRow(explainer, own);
    return { type: "queued", explanation, text: queuedText(explanation) };
  }
  if (batch === null) return unknownBatch(notifications, batchId);
  if (skip !== null && skip.reason !== "duplicate") {
    const { reason, hint } = skip;
    return { type: "skipped", batch, reason, hint, text: skippedText(batch, skip) };
  }
  const other = await sameKey(notifications, batch, userId);
  if (other) {
    const explanation = await explainRow(explainer, other);
    return { type: "duplicate", batch, explanation, text: duplicateText(batch, explanation) };
  }
  if (skip !== null) {
    const { reason, hint } = skip;
    return { type: "skipped", batch, reason, hint, text: skippedText(batch, skip) };
  }
  const memberOf = await membershipsNow(groups, batch.groupNames, userId);
  return { type: "not-asked", batch, memberOf, text: notAskedText(batch, userId, memberOf) };
}

/** What the idempotency key of a call stands for, if another call wrote it. */
async function sameKey<Tx>(
  store: NotificationStore<Tx>,
  { template, channel, idempotencyKey }: Batch,
  userId: string,
): Promise<Notification | null> {
  if (idempotencyKey === null) return null;
  const { notifications } = await store.page({ userId, template, channel, idempotencyKey, limit: 1 });
  return notifications[0] ?? null;
}

async function unknownBatch<Tx>(store: NotificationStore<Tx>, batchId: string): Promise<MissingExplanation> {
  const { notifications } = await store.page({ batchId, limit: 1 });
  const toldOthers = notifications.length > 0;
  return { type: "unknown-batch", toldOthers, text: unknownBatchText(batchId, toldOthers) };
}

function checkRequest(request: MissingRequest): void {
  refuseUnknown(call, request, known);
  for (const option of ["batchId", "userId"] as const) {
    const problem = unusableName(request[option]);
    if (problem !== null) refuse(call, option, problem);
  }
}
