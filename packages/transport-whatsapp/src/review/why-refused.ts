import type { Decision } from "./decide.js";
import { hasHandedIn } from "./handed-in.js";
import type { RemoteTemplate } from "./remote-template.js";
import type { Submission } from "./submission.js";

export interface Candidate {
  readonly submission: Submission;
  /** Its counterpart at Meta. */
  readonly remote: RemoteTemplate | null;
  /** Another template here with the same name and language. */
  readonly twin: Submission | null;
  /** All that Meta has. */
  readonly all: readonly RemoteTemplate[];
}

/** Why a template cannot be handed in, as far as that is known before Meta is asked; `null`: nothing stands in the way. */
export function whyRefused({ submission, remote, twin, all }: Candidate): Decision | null {
  const { problems, fingerprint } = submission;
  if (twin !== null)
    return refusal(
      `Template "${twin.template}" has the same name and language at Meta.`,
      "Set whatsapp.name in one of the two.",
    );
  // What Meta has taken needs no opinion of ours.
  if (remote !== null && hasHandedIn(remote, fingerprint)) return null;
  if (problems.length > 0)
    return refusal(problems.map(({ problem }) => problem).join(" "), ...problems.map(({ cure }) => cure));
  return remote === null ? otherCategory(submission, all) : null;
}

function otherCategory(
  { remoteName, language, payload }: Submission,
  all: readonly RemoteTemplate[],
): Decision | null {
  const sibling = all.find(
    (one) => one.name === remoteName && one.language !== language && one.category !== payload?.category,
  );
  if (sibling === undefined || sibling.category === null) return null;
  return refusal(
    `Meta has "${remoteName}" in ${sibling.language} as ${sibling.category}, and wants all languages of a name alike.`,
    `Set the category to ${sibling.category}, or set whatsapp.name.`,
  );
}

function refusal(reason: string, ...cures: readonly string[]): Decision {
  return { action: "refused", reason, cures: [...new Set(cures)], notBefore: null };
}
