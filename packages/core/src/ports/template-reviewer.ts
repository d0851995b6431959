import type {
  ChannelTemplate,
  ChannelTemplateNews,
  ChannelTemplateStatus,
} from "../domain/channel-template.js";
import type { JsonObject } from "../domain/json.js";
import type { Failure } from "../domain/notification.js";
import type { RenderedContent, TemplateVersion } from "../domain/template.js";

/** How templates are handed to a provider that reviews them before they may be sent. */
export interface TemplateReviewer {
  /**
   * What would have to be done so that the provider has the words of these templates. Asks the provider, changes nothing.
   * @throws {DeliveryError} The provider did not answer, or refused.
   */
  plan(request: ReviewRequest): Promise<readonly ReviewStep[]>;

  /**
   * Takes one step of a plan whose action is `create`, `edit` or `adopt`.
   * @returns The template as it stands with the provider now.
   * @throws {DeliveryError} The provider refused, or did not answer.
   */
  apply(step: ReviewStep, options: ReviewOptions): Promise<ChannelTemplate>;

  /** How these templates stand with the provider now. */
  poll(known: readonly ChannelTemplate[], options: ReviewOptions): Promise<readonly ChannelTemplateNews[]>;

  /** How a template stands that was refused like this; `null`: the failure says nothing about it. */
  statusAfter(failure: Failure): ChannelTemplateStatus | null;
}

export interface ReviewOptions {
  readonly now: Date;
  readonly signal?: AbortSignal | undefined;
}

export interface ReviewRequest extends ReviewOptions {
  readonly templates: readonly TemplateToReview[];
  /** All of the channel. */
  readonly known: readonly ChannelTemplate[];
}

export interface TemplateToReview {
  /** The published words. */
  readonly version: TemplateVersion;
  /** Rendered with the template's sample: providers want examples. */
  readonly sample: RenderedContent;
}

/** One line of a plan. */
export interface ReviewStep {
  readonly action: ReviewAction;
  /** `null`: the provider has it, and no template here does. */
  readonly template: string | null;
  readonly version: number | null;
  readonly remoteName: string;
  readonly language: string;
  readonly remoteId: string | null;
  /** What is known of it so far. `null`: nothing. */
  readonly known: ChannelTemplate | null;
  /** What the provider would be given, or has. */
  readonly payload: JsonObject | null;
  readonly fingerprint: string | null;
  readonly expressions: readonly string[];
  /** Why this action, in words. */
  readonly reason: string;
  /** What a person can do; empty when nothing need be done. */
  readonly cures: readonly string[];
  /** The earliest time at which a step that waits can be taken. `null`: at once, or never by itself. */
  readonly notBefore: Date | null;
}

/**
 * - `create`, `edit`: hand the words in.
 * - `adopt`: the provider has these very words already; note that.
 * - `unchanged`: nothing to do.
 * - `wait`: the provider allows no change before a time, or while it reviews.
 * - `drifted`: somebody changed the words at the provider; a person decides.
 * - `refused`: the provider would refuse the words; mend them.
 * - `unknown`: the provider has a template that nothing here knows.
 */
export type ReviewAction =
  | "create"
  | "edit"
  | "adopt"
  | "unchanged"
  | "wait"
  | "drifted"
  | "refused"
  | "unknown";
