import type { ReviewStep } from "../../ports/template-reviewer.js";
import type { Runtime } from "../../runtime.js";
import { type ReviewedChannel, reviewedChannels } from "./reviewers.js";

/** One line of a plan, and the channel that it is about. */
export interface PlannedReview extends ReviewStep {
  readonly channel: string;
}

export interface ReviewCallOptions<Channel extends string = string> {
  /** @default every channel whose provider reviews templates */
  readonly channel?: Channel;
  /** Gives up asking the provider. */
  readonly signal?: AbortSignal;
}

/** What would have to be handed to providers so that they have the published words. Changes nothing. */
export async function planReviews<Tx>(
  runtime: Runtime<Tx>,
  { channel, signal }: ReviewCallOptions = {},
): Promise<readonly PlannedReview[]> {
  const plans: PlannedReview[] = [];
  for (const reviewed of reviewedChannels(runtime, channel)) {
    plans.push(...(await planChannel(runtime, reviewed, signal)));
  }
  return plans;
}

async function planChannel<Tx>(
  { storage, templates, clock }: Runtime<Tx>,
  { channel, reviewer }: ReviewedChannel,
  signal: AbortSignal | undefined,
): Promise<PlannedReview[]> {
  const [known, toReview] = await Promise.all([
    storage.channelTemplates.list(channel),
    templates.toReview(channel),
  ]);
  const steps = await reviewer.plan({ templates: toReview, known, now: clock.now(), signal });
  return steps.map((step) => ({ ...step, channel }));
}
