import {
  type ChannelTemplate,
  DeliveryError,
  InvalidOptionsError,
  type ReviewStep,
} from "@callboard/core/adapter";
import type { CallOptions, ManagementClient } from "../graph/management-client.js";
import { asText, type Fields } from "../narrow.js";
import { recentEdits } from "./quotas.js";
import { type RemoteStanding, standingOf } from "./remote-status.js";
import { readRemoteTemplate, remoteFields } from "./remote-template.js";

/** What Meta said of the template that it was given. */
interface Outcome extends RemoteStanding {
  readonly remoteId: string | null;
  readonly category: string | null;
  readonly editedAt: readonly Date[];
}

/**
 * Takes a step: creates, edits, or looks at what is adopted.
 * @throws {InvalidOptionsError} The step is none that can be taken.
 * @throws {DeliveryError} Meta refused it, or did not answer.
 */
export async function applyStep(
  client: ManagementClient,
  businessAccountId: string,
  step: ReviewStep,
  options: CallOptions,
): Promise<ChannelTemplate> {
  const { template, version, fingerprint, payload } = step;
  if (template === null || version === null || fingerprint === null || payload === null)
    throw notTakeable(step);
  const outcome = await take();
  return {
    channel: "whatsapp",
    remoteName: step.remoteName,
    language: step.language,
    template,
    version,
    fingerprint,
    expressions: step.expressions,
    submittedAt: step.action === "adopt" ? (step.known?.submittedAt ?? options.now) : options.now,
    statusAt: aMinuteBefore(options.now),
    ...outcome,
  };

  function take(): Promise<Outcome> {
    if (step.action === "create") return create(client, businessAccountId, step, options);
    if (step.action === "edit") return edit(client, step, options);
    if (step.action === "adopt") return adopt(client, step, options);
    throw notTakeable(step);
  }
}

async function create(
  client: ManagementClient,
  businessAccountId: string,
  { payload }: ReviewStep,
  options: CallOptions,
): Promise<Outcome> {
  const path = [businessAccountId, "message_templates"];
  const answer = await client.call({ method: "POST", path, body: payload ?? {} }, options);
  const status = (asText(answer.status) ?? "PENDING").toUpperCase();
  return {
    remoteId: idOf(answer),
    category: asText(answer.category),
    editedAt: [],
    ...standingOf({ status, rejectedReason: null }),
  };
}

async function edit(client: ManagementClient, step: ReviewStep, options: CallOptions): Promise<Outcome> {
  const { known, payload } = step;
  const remoteId = remoteIdOf(step);
  await client.call({ method: "POST", path: [remoteId], body: payload ?? {} }, options);
  const before = recentEdits(known?.editedAt ?? [], options.now);
  return {
    remoteId,
    category: known?.category ?? null,
    // Meta counts the edits of approved templates alone.
    editedAt: known?.status === "approved" ? [...before, options.now] : before,
    // Meta reviews it again, and says so by its webhook or when it is asked.
    status: "pending",
    reason: null,
  };
}

async function adopt(client: ManagementClient, step: ReviewStep, options: CallOptions): Promise<Outcome> {
  const query = { fields: remoteFields };
  const remote = readRemoteTemplate(
    await client.call({ method: "GET", path: [remoteIdOf(step)], query }, options),
  );
  if (remote === null) throw unreadable(step);
  const { id: remoteId, category } = remote;
  return {
    remoteId,
    category,
    editedAt: recentEdits(step.known?.editedAt ?? [], options.now),
    ...standingOf(remote),
  };
}

/**
 * Meta's clock may be behind this one, and its webhooks give whole seconds: what they say of the review must not look older
 * than the step that asked for it.
 */
function aMinuteBefore(now: Date): Date {
  return new Date(now.getTime() - 60_000);
}

function idOf({ id }: Fields): string | null {
  return asText(id) ?? (Number.isSafeInteger(id) ? String(id) : null);
}

function remoteIdOf(step: ReviewStep): string {
  if (step.remoteId === null) throw notTakeable(step);
  return step.remoteId;
}

function notTakeable({ action, remoteName }: ReviewStep): InvalidOptionsError {
  return new InvalidOptionsError(
    "reviewer.apply(step)",
    `"${remoteName}" cannot be applied as ${action}; hand over a step of a plan that creates, edits or adopts.`,
  );
}

function unreadable({ remoteName }: ReviewStep): DeliveryError {
  return new DeliveryError(`WhatsApp's answer about "${remoteName}" does not say which template it is.`, {
    failureClass: "retry",
    hint: "Plan again.",
  });
}
