import type { Batch, SkippedRecipient } from "../domain/batch.js";
import { oneLine, quoted } from "../domain/foreign-words.js";
import type { Explanation } from "./explanation.js";
import { listed } from "./wording.js";

/** The call did queue something for the person. */
export function queuedText({ notification: { userId, batchId }, text }: Explanation): string {
  return `${oneLine(`Batch ${batchId} did queue a notification for ${userId}.`)}\n${text}`;
}

/** The call had a reason to leave the person out. */
export function skippedText({ id, template }: Batch, { userId, reason, hint }: SkippedRecipient): string {
  return oneLine(`Batch ${id} did not tell ${userId} of ${template}: ${reason}. ${quoted(hint)}`);
}

/** Another call has told the person, or is about to. */
export function duplicateText({ id, idempotencyKey }: Batch, { notification, text }: Explanation): string {
  const { userId, batchId } = notification;
  const why = `its idempotency key, ${idempotencyKey}, is that of batch ${batchId}, which queued this`;
  return `${oneLine(`Batch ${id} queued nothing for ${userId}: ${why}.`)}\n${text}`;
}

/** Nobody asked for the person. */
export function notAskedText(
  { id, groupNames, createdAt }: Batch,
  userId: string,
  memberOf: readonly string[] | null,
): string {
  const [first = "", ...others] = groupNames;
  const groups = others.length === 0 ? `were not in ${first}` : `were in none of ${listed(groupNames)}`;
  const asked = groupNames.length === 0 ? "" : `, and they ${groups}`;
  const sentences = [
    `Batch ${id} of ${createdAt.toISOString()} did not ask for ${userId}: it did not name them${asked}.`,
    ...(memberOf === null || memberOf.length === 0
      ? []
      : [`They are in ${listed(memberOf)} now, and so came after it. Queue it for them by user id.`]),
    "Nothing would be kept of them, either, if the batch broke off before it came to them, if they have been forgotten since, or if their notification has been purged.",
  ];
  return oneLine(sentences.join(" "));
}

/** There is no record of the call. */
export function unknownBatchText(batchId: string, toldOthers: boolean): string {
  return oneLine(
    toldOthers
      ? `Batch ${batchId} told others, but is from before records of batches were kept: nobody can tell why it left them out.`
      : `There is no batch ${batchId}: check the id. Or it is older than what notifications.purge(...) keeps.`,
  );
}
