import { failureOf } from "../../dispatch/failure-of.js";
import type { ChannelTemplate } from "../../domain/channel-template.js";
import type { Failure } from "../../domain/notification.js";
import { UnknownChannelError } from "../../errors/unknown-channel-error.js";
import type { ReviewAction } from "../../ports/template-reviewer.js";
import type { Runtime } from "../../runtime.js";
import { tellReviewed } from "../apply-template-news.js";
import type { PlannedReview } from "./plan-reviews.js";
import { reviewedChannels } from "./reviewers.js";

/** What became of one line of a plan. */
export interface AppliedReview {
  readonly step: PlannedReview;
  /** How the template stands with the provider now. `null`: it was not handed in. */
  readonly template: ChannelTemplate | null;
  /** Why the provider did not take it. `null`: it did, or was not asked. */
  readonly failure: Failure | null;
}

const taken: ReadonlySet<ReviewAction> = new Set(["create", "edit", "adopt"]);

/**
 * Takes the steps of a plan that can be taken, one after the other; what the provider refuses keeps none of the others.
 * What was handed in is stored at once. Rejects only when the store cannot.
 */
export async function applyReviews<Tx>(
  runtime: Runtime<Tx>,
  plan: readonly PlannedReview[],
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<readonly AppliedReview[]> {
  const applied: AppliedReview[] = [];
  for (const step of plan) {
    if (!taken.has(step.action)) applied.push({ step, template: null, failure: null });
    else applied.push(await applyOne(runtime, step, signal));
  }
  return applied;
}

async function applyOne<Tx>(
  runtime: Runtime<Tx>,
  step: PlannedReview,
  signal: AbortSignal | undefined,
): Promise<AppliedReview> {
  const { storage, channelTemplates } = runtime;
  let template: ChannelTemplate;
  try {
    template = await handIn(runtime, step, signal);
  } catch (error) {
    return { step, template: null, failure: failureOf(error).failure };
  }
  await storage.channelTemplates.save([template]);
  channelTemplates.forget(step.channel);
  tellReviewed(runtime, { before: step.known, after: template });
  return { step, template, failure: null };
}

function handIn<Tx>(
  runtime: Runtime<Tx>,
  step: PlannedReview,
  signal: AbortSignal | undefined,
): Promise<ChannelTemplate> {
  const [reviewed] = reviewedChannels(runtime, step.channel);
  if (!reviewed) throw new UnknownChannelError(step.channel, [...runtime.transports.keys()]);
  return reviewed.reviewer.apply(step, { now: runtime.clock.now(), signal });
}
