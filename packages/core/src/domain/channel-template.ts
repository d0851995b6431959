/**
 * Whether a provider lets a template be sent. Only `approved` ones are; `missing` is one that the provider does not have
 * (any more).
 */
export type ChannelTemplateStatus = "pending" | "approved" | "rejected" | "paused" | "disabled" | "missing";

/** A template as it stands with a provider that reviews templates before they may be sent. */
export interface ChannelTemplate {
  readonly channel: string;
  /** Its name there. Together with the language it is unique on the channel. */
  readonly remoteName: string;
  readonly language: string;
  /** The provider's own id. `null`: not known yet. */
  readonly remoteId: string | null;
  /** The template here, and the version whose words the provider has. */
  readonly template: string;
  readonly version: number;
  /** Of what was handed in: the same is never handed in twice. */
  readonly fingerprint: string;
  /** The expressions behind its variables, as written: what is rendered from the same ones fits it. */
  readonly expressions: readonly string[];
  readonly status: ChannelTemplateStatus;
  /** As what it is charged, which the provider may have changed. `null`: it has not said. */
  readonly category: string | null;
  /** Why it is not approved, in the provider's words. */
  readonly reason: string | null;
  readonly submittedAt: Date;
  /** When it was changed there, in the last 30 days: providers allow so many changes. Oldest first. */
  readonly editedAt: readonly Date[];
  /** Since when it stands as it does. What is older than that is old news. */
  readonly statusAt: Date;
}

/** What is known of one template; what is `null` stays as it is. */
export interface ChannelTemplateNews {
  readonly channel: string;
  /** Which: by the provider's id, or else by name and language. */
  readonly remoteId: string | null;
  readonly remoteName: string | null;
  readonly language: string | null;
  readonly status: ChannelTemplateStatus | null;
  readonly category: string | null;
  /** Replaces the former one whenever the status is told. */
  readonly reason: string | null;
  readonly at: Date;
}
