/*
 * template   words that Meta has to approve, one per name and language
 * component  a part of a template in Meta's JSON: header, body, footer, buttons
 * review     the time between submitting a template and the verdict on it
 */

/** Where a template stands. Only `APPROVED` can be sent. */
export type TemplateStatus =
  | "PENDING"
  | "APPROVED"
  | "REJECTED"
  | "PAUSED"
  | "DISABLED"
  | "IN_APPEAL"
  | "PENDING_DELETION"
  | "ARCHIVED";

export type TemplateCategory = "UTILITY" | "MARKETING" | "AUTHENTICATION";

export type QualityScore = "GREEN" | "YELLOW" | "RED" | "UNKNOWN";

/** Why a review said no. */
export const rejectionReasons = [
  "ABUSIVE_CONTENT",
  "CATEGORY_NOT_AVAILABLE",
  "INCORRECT_CATEGORY",
  "INVALID_FORMAT",
  "PROMOTIONAL",
  "SCAM",
  "TAG_CONTENT_MISMATCH",
] as const;

export type RejectionReason = (typeof rejectionReasons)[number];

/** One button in Meta's JSON, its type in upper case. */
export interface StoredButton {
  readonly type: string;
  readonly text?: string | undefined;
  /** May end in one variable. */
  readonly url?: string | undefined;
  readonly [field: string]: unknown;
}

/** One component in Meta's JSON, its type and format in upper case. */
export interface StoredComponent {
  readonly type: string;
  /** Of a header: `TEXT`, `IMAGE`, `VIDEO`, `DOCUMENT`, `LOCATION` or `PRODUCT`. */
  readonly format?: string | undefined;
  readonly text?: string | undefined;
  readonly buttons?: readonly StoredButton[] | undefined;
  readonly [field: string]: unknown;
}

/**
 * A template as the business account holds it.
 *
 * @see https://developers.facebook.com/docs/graph-api/reference/whats-app-business-hsm
 */
export interface StoredTemplate {
  /** Digits only. A string in answers, a number in webhooks. */
  readonly id: string;
  readonly name: string;
  /** Meta's code, such as `en_US`. */
  readonly language: string;
  readonly category: TemplateCategory;
  /** The category before Meta changed it, or null. */
  readonly previousCategory: TemplateCategory | null;
  /** The category Meta has announced it will change to, or null. */
  readonly correctCategory: TemplateCategory | null;
  readonly status: TemplateStatus;
  /** `NONE` unless the status is `REJECTED` or `DISABLED`. */
  readonly rejectedReason: RejectionReason | "NONE";
  readonly qualityScore: QualityScore;
  readonly parameterFormat: "POSITIONAL" | "NAMED";
  readonly components: readonly StoredComponent[];
  /** How long Meta tries to deliver a message, in seconds. Null leaves it to Meta. */
  readonly timeToLiveSeconds: number | null;
  readonly createdAt: Date;
  /** When the latest review began. */
  readonly submittedAt: Date;
  /** When the latest review ended, or null while the first one runs. */
  readonly decidedAt: Date | null;
  readonly updatedAt: Date;
  /** Edits made while it was approved, oldest first: one a day and ten in 30 days are allowed. */
  readonly editedAt: readonly Date[];
  /** How often it was paused for low quality. The third time disables it. */
  readonly pauses: number;
  /** When the pause ends by itself, or null when it is not paused. */
  readonly pausedUntil: Date | null;
}
