import type { SkippedRecipient, SkipReason } from "../domain/batch.js";
import type { NewNotification } from "../domain/notification.js";
import { unusableName } from "../domain/storable-text.js";
import type { RenderedContent } from "../domain/template.js";
import { MissingValueError } from "../errors/missing-value-error.js";
import type { GroupMember } from "../ports/group-store.js";
import type { Recipient } from "../ports/recipients.js";
import { problemsOf } from "../templates/content-problems.js";
import { personalContext } from "../templates/render-template.js";
import type { PreparedBatch } from "./prepare-batch.js";

/** Turns one page of people into rows, in the order of their ids, and says of everybody else why not. */
export function addressPage(
  batch: PreparedBatch,
  members: readonly GroupMember[],
  recipients: readonly Recipient[],
  newId: () => string,
): { rows: NewNotification[]; skipped: SkippedRecipient[] } {
  const byId = new Map(recipients.map((recipient) => [recipient.userId, recipient]));
  const rows: NewNotification[] = [];
  const skipped: SkippedRecipient[] = [];
  for (const member of members) {
    const made = address(batch, member, byId.get(member.userId), newId);
    if ("reason" in made) skipped.push(made);
    else rows.push(made);
  }
  // Two calls that write the same keys at once then never hold what the other waits for.
  rows.sort((a, b) => (a.userId < b.userId ? -1 : 1));
  return { rows, skipped };
}

function address(
  batch: PreparedBatch,
  { userId, groupNames }: GroupMember,
  recipient: Recipient | undefined,
  newId: () => string,
): NewNotification | SkippedRecipient {
  const channel = batch.transport.name;
  const skip = (reason: SkipReason, hint: string) => ({ userId, reason, hint });
  if (!recipient)
    return skip("unknown-user", "Save this person with callboard.contacts.save([...]), or correct the id.");
  if (!recipient.active)
    return skip("inactive", "The contact is switched off. Set active: true to tell them again.");
  if (recipient.address === null)
    return skip("no-contact", `The contact has no ${channel} address. Save one to reach them.`);
  // One bad address from the host's own table must not keep the others waiting.
  const unusable = unusableName(recipient.address);
  if (unusable !== null) return skip("no-contact", `The contact's ${channel} address ${unusable}`);
  if (recipient.optedOut)
    return skip("opted-out", `They asked for silence on ${channel}. Only they can take that back.`);
  const unreachable = unreachableHint(batch, recipient);
  if (unreachable !== null) return skip("unreachable", unreachable);
  const content = batch.sharedContent ?? renderFor(batch, recipient);
  if ("reason" in content) return skip(content.reason, content.hint);
  if (recipient.optedOutOfMarketing && batch.transport.isMarketing?.(content))
    return skip("opted-out", `They asked for no marketing on ${channel}. Only they can take that back.`);
  const { request, template, metadata, relatedContact, contentHash } = batch;
  return {
    id: newId(),
    batchId: batch.id,
    userId,
    channel,
    address: recipient.address,
    template: template.version.name,
    templateVersion: template.version.version,
    priority: request.priority ?? "normal",
    content,
    relatedContact,
    metadata,
    idempotencyKey: request.idempotencyKey ?? null,
    cancelKey: request.cancelKey ?? null,
    onlyIf: request.onlyIf ?? null,
    traceParent: batch.traceParent,
    contentHash,
    groupNames,
    notBefore: batch.notBefore,
    expiresAt: batch.expiresAt,
    onUncertain: request.onUncertain ?? "resend",
  };
}

/** `null`: nothing is known against it, or it is long enough ago to try again. */
function unreachableHint(
  { policy, calledAt, transport }: PreparedBatch,
  { unreachableAt, unreachableReason }: Recipient,
): string | null {
  if (!unreachableAt) return null;
  const until = new Date(unreachableAt.getTime() + policy.unreachableMs);
  if (until <= calledAt) return null;
  const words = unreachableReason ? ` ("${unreachableReason}")` : "";
  return `Their ${transport.name} address could not be reached at ${unreachableAt.toISOString()}${words}. They are tried again from ${until.toISOString()}, or once they have written to us.`;
}

/** What is missing about one person is no reason to keep the others waiting; what is missing for all is. */
function renderFor(
  { template, context, transport }: PreparedBatch,
  { userId, name, locale }: Recipient,
): RenderedContent | { reason: SkipReason; hint: string } {
  try {
    const content = template.render(personalContext(context, { userId, name, locale }), transport.name);
    const problems = problemsOf(content, template.version, transport);
    return problems.length > 0 ? { reason: "unsendable", hint: problems.join(" ") } : content;
  } catch (error) {
    if (!(error instanceof MissingValueError) || !/\bit\??\.recipient\b/.test(error.expression)) throw error;
    return { reason: "missing-value", hint: error.message };
  }
}
