import type { ChannelTemplate, ReviewStep, TemplateToReview } from "@callboard/core/adapter";
import { type Decision, decide } from "./decide.js";
import { type CreationRoom, creationRoom } from "./quotas.js";
import { type RemoteTemplate, remoteKey } from "./remote-template.js";
import { stepOf, strangerStep } from "./review-step.js";
import { type Submission, submissionOf } from "./submission.js";
import { whyRefused } from "./why-refused.js";

export interface PlanRequest {
  readonly templates: readonly TemplateToReview[];
  readonly known: readonly ChannelTemplate[];
  /** What Meta has. */
  readonly remote: readonly RemoteTemplate[];
  readonly suffix: string | null;
  readonly now: Date;
}

/** A step for each template with WhatsApp settings, in their order, and then for those that Meta alone has. Pure. */
export function planReview({
  templates,
  known,
  remote: all,
  suffix,
  now,
}: PlanRequest): readonly ReviewStep[] {
  const room = creationRoom(known, now);
  const remotes = new Map(all.map((one) => [remoteKey(one.name, one.language), one]));
  const knowns = new Map(known.map((one) => [remoteKey(one.remoteName, one.language), one]));
  const taken = new Map<string, Submission>();
  let creations = 0;
  const steps = templates.flatMap((template) => {
    const submission = submissionOf(template, suffix);
    if (submission === null) return [];
    const key = remoteKey(submission.remoteName, submission.language);
    const placed = { submission, remote: remotes.get(key) ?? null, known: knowns.get(key) ?? null };
    const refusal = whyRefused({ ...placed, twin: taken.get(key) ?? null, all });
    const decision = refusal ?? withinRoom(decide({ ...placed, now }), room, creations);
    if (decision.action === "create") creations++;
    taken.set(key, submission);
    return [stepOf(placed, decision)];
  });
  const isStranger = (key: string) => !taken.has(key) && !knowns.has(key);
  const strangers = all.filter(({ name, language }) => isStranger(remoteKey(name, language)));
  return [...steps, ...strangers.map(strangerStep)];
}

function withinRoom(decision: Decision, { left, fullUntil }: CreationRoom, creations: number): Decision {
  if (decision.action !== "create" || creations < left) return decision;
  const reason = "Meta takes 100 new templates in an hour.";
  return { action: "wait", reason, cures: ["Plan again then."], notBefore: fullUntil };
}
