import type { ChannelTemplate, JsonObject, ReviewStep } from "@callboard/core/adapter";
import type { Decision } from "./decide.js";
import { standingOf } from "./remote-status.js";
import type { RemoteTemplate } from "./remote-template.js";
import type { Submission } from "./submission.js";

/** One template here, and its counterpart at Meta. */
export interface Placed {
  readonly submission: Submission;
  readonly remote: RemoteTemplate | null;
  readonly known: ChannelTemplate | null;
}

/** The line of a plan about a template here. */
export function stepOf({ submission, remote, known }: Placed, decision: Decision): ReviewStep {
  const { template, version, remoteName, language, payload, fingerprint, expressions } = submission;
  const isEdit = decision.action === "edit" && remote !== null;
  return {
    action: decision.action,
    template,
    version,
    remoteName,
    language,
    remoteId: remote?.id ?? null,
    known: known === null || remote === null ? known : asItStands(known, remote),
    payload: payload === null ? null : isEdit ? editOf(payload, remote) : (payload as JsonObject),
    fingerprint: payload === null ? null : fingerprint,
    expressions,
    reason: decision.reason + categoryNote(payload?.category, remote),
    cures: decision.cures,
    notBefore: decision.notBefore,
  };
}

/** What an edit may say: everything but the name, the language and, once approved, the category. */
function editOf(payload: NonNullable<Submission["payload"]>, { status }: RemoteTemplate): JsonObject {
  const { category, components, message_send_ttl_seconds: seconds } = payload;
  const edit = {
    ...(status !== "APPROVED" && { category }),
    components,
    ...(seconds !== undefined && { message_send_ttl_seconds: seconds }),
  };
  return edit as JsonObject;
}

function asItStands(known: ChannelTemplate, remote: RemoteTemplate): ChannelTemplate {
  return { ...known, remoteId: remote.id, category: remote.category, ...standingOf(remote) };
}

function categoryNote(wanted: string | undefined, remote: RemoteTemplate | null): string {
  if (wanted === undefined || remote === null || remote.category === null) return "";
  return remote.category === wanted ? "" : ` Meta holds it as ${remote.category}, not as ${wanted}.`;
}

/** The line of a plan about a template that Meta alone has. */
export function strangerStep({ id, name, language, components }: RemoteTemplate): ReviewStep {
  return {
    action: "unknown",
    template: null,
    version: null,
    remoteName: name,
    language,
    remoteId: id,
    known: null,
    payload: { components: [...components] } as JsonObject,
    fingerprint: null,
    expressions: [],
    reason: "Meta has it, and no template here does.",
    cures: [],
    notBefore: null,
  };
}
