import type { ChannelTemplate, ReviewAction } from "@callboard/core/adapter";
import { hasHandedIn, isOtherCategory } from "./handed-in.js";
import { editableFrom, nameBlockedMs } from "./quotas.js";
import type { RemoteTemplate } from "./remote-template.js";
import type { Submission } from "./submission.js";

/** What is to be done about one template, and why. */
export interface Decision {
  readonly action: Exclude<ReviewAction, "unknown">;
  readonly reason: string;
  readonly cures: readonly string[];
  readonly notBefore: Date | null;
}

export interface Situation {
  /** Without problems. */
  readonly submission: Submission;
  readonly remote: RemoteTemplate | null;
  readonly known: ChannelTemplate | null;
  readonly now: Date;
}

/** Compares what is here, what Meta was given, and what Meta has. Pure. */
export function decide(situation: Situation): Decision {
  const { submission, remote, known } = situation;
  if (remote === null) return decideWithoutRemote(situation);
  if (known === null) return decideFirstSight(submission, remote);
  const isHere = hasHandedIn(remote, submission.fingerprint);
  const isUnchanged = known.fingerprint === submission.fingerprint;
  if (isHere && isUnchanged) return decideSameWords(submission, known);
  if (!hasHandedIn(remote, known.fingerprint))
    return isHere ? act("adopt", "Meta has these words by now.") : drifted(remote);
  return decideEdit(situation, remote);
}

function decideWithoutRemote({ known, now }: Situation): Decision {
  if (known === null) return act("create", "Meta does not have it.");
  if (known.status === "pending" || known.status === "rejected")
    return act("create", "Meta does not have it any more, and never approved it, so its name is free.");
  const deletedAt = known.status === "missing" ? known.statusAt : now;
  const free = new Date(deletedAt.getTime() + nameBlockedMs);
  if (free <= now) return act("create", "Meta does not have it any more, and its name is free again.");
  const reason = "It was deleted at Meta, which keeps the name of an approved template for 30 days.";
  return {
    action: "wait",
    reason,
    cures: ["Set a new templateVersionSuffix, which makes a new name."],
    notBefore: free,
  };
}

function decideFirstSight(submission: Submission, remote: RemoteTemplate): Decision {
  if (hasHandedIn(remote, submission.fingerprint)) return act("adopt", "Meta has these very words already.");
  const reason = "Meta has other words under this name, which were not handed in from here.";
  return {
    action: "drifted",
    reason,
    cures: ["Take the words over from Meta, or set whatsapp.name or a new templateVersionSuffix."],
    notBefore: null,
  };
}

function decideSameWords({ version }: Submission, known: ChannelTemplate): Decision {
  if (known.version !== version)
    return act("adopt", `Meta has these words as those of version ${known.version}.`);
  return act("unchanged", "Meta has these words.");
}

function drifted({ name }: RemoteTemplate): Decision {
  return {
    action: "drifted",
    reason: `The words of "${name}" at Meta are not the ones that were handed in: somebody changed them there.`,
    cures: ["Take the words over from Meta, change them back there, or set a new templateVersionSuffix."],
    notBefore: null,
  };
}

/** Meta has what it was given; what is here is newer. */
function decideEdit({ submission, known, now }: Situation, remote: RemoteTemplate): Decision {
  const { payload } = submission;
  if (payload?.parameter_format !== remote.parameterFormat)
    return newNameNeeded(
      "Its variables change between numbers and names, which Meta allows for a new template alone.",
    );
  switch (remote.status) {
    case "APPROVED":
      if (isOtherCategory(payload, known?.fingerprint ?? ""))
        return newNameNeeded(
          "Only its category is new, and Meta keeps the category of an approved template.",
        );
      return editApproved(known?.editedAt ?? [], now);
    case "REJECTED":
    case "PAUSED":
      return act("edit", `The words here are newer; Meta's are ${remote.status.toLowerCase()}.`);
    case "PENDING_DELETION":
    case "ARCHIVED":
    case "DISABLED":
      return newNameNeeded(`Meta has set it to ${remote.status} and takes no edit.`);
    case "PENDING":
    case "IN_APPEAL":
      return waitWhile("Meta is still reviewing the words that it has.");
    default:
      return waitWhile(`Meta calls its state ${remote.status}, in which it may take no edit.`);
  }
}

function editApproved(editedAt: readonly Date[], now: Date): Decision {
  const notBefore = editableFrom(editedAt, now);
  if (notBefore === null) return act("edit", "The words here are newer than Meta's.");
  const reason = "Meta takes one edit of an approved template in 24 hours, and ten in 30 days.";
  const cures = ["Wait, or set a new templateVersionSuffix, which makes a new template."];
  return { action: "wait", reason, cures, notBefore };
}

function newNameNeeded(reason: string): Decision {
  const cures = ["Set a new templateVersionSuffix, which makes a new template."];
  return { action: "refused", reason, cures, notBefore: null };
}

function waitWhile(reason: string): Decision {
  return { action: "wait", reason, cures: ["Plan again when it has decided."], notBefore: null };
}

function act(action: "create" | "edit" | "adopt" | "unchanged", reason: string): Decision {
  return { action, reason, cures: [], notBefore: null };
}
