import { z } from "zod";
import { type AccountLimitOptions, accountLimitsSchema } from "./limits/account-limits.js";
import { durationMs, phone } from "./option-schemas.js";
import { type RejectionReason, rejectionReasons } from "./templates/stored-template.js";

/** How the imitated business account behaves: what it allows, what it refuses, and how it says so. */
export interface AccountOptions {
  /** Makes ids and chance the same in every run. Null takes new ones each time. @default null */
  readonly seed?: number | null;
  /** When the access token runs out, answered with 190 and subcode 463. Null is never. @default null */
  readonly accessTokenExpiresAt?: Date | null;
  /**
   * Whether everything but a template fails with 131047 unless the person wrote in the last 24 hours.
   *
   * @default "enforced"
   */
  readonly window?: "enforced" | "open";
  /** What Meta allows; `"none"` lifts every limit. @default Meta's limits for a new account */
  readonly limits?: AccountLimitOptions | "none";
  /** Phone numbers whose sends fail, each with Meta's code, such as 131042, 131049 or 131050. @default none */
  readonly failures?: Readonly<Record<string, number>>;
  /**
   * Per code, whether a failure is answered at once or told later by a `failed` status. It holds for 131026, 131047,
   * 131048 and the codes of `failures`.
   *
   * @default "async" for each
   */
  readonly errorDelivery?: Readonly<Record<number, "sync" | "async">>;
  /** Refuses templates that were never created, even when no template ever was. @default false */
  readonly strictTemplates?: boolean;
  /** The verdict on created and edited templates. Null leaves it to a person. @default approved after a minute */
  readonly templateReview?: TemplateReviewOptions | null;
  /** Holds marketing templates of unproven quality back. Null holds nothing. @default null */
  readonly templatePacing?: TemplatePacingOptions | null;
}

/** How templates are reviewed by the clock. */
export interface TemplateReviewOptions {
  /** Time in ms from submission to verdict. @default 60_000 */
  readonly delayMs?: number;
  /** What becomes of a template without a fault. One with a fault is always rejected. @default "APPROVED" */
  readonly verdict?: "APPROVED" | RejectionReason;
}

/** How marketing templates of unproven quality are held back. */
export interface TemplatePacingOptions {
  /** Sends of one template that go out before the rest is held; 0 holds all. */
  readonly after: number;
  /** Time in ms until held sends go out, unless the template is paused by then. @default 3_600_000 */
  readonly heldMs?: number;
}

const codeText = z.string().regex(/^\d+$/, "must be one of Meta's codes");

/** The part of the options' schema that belongs to {@link AccountOptions}. */
export const accountOptionsShape = {
  seed: z.int().nullable().default(null),
  accessTokenExpiresAt: z.date().nullable().default(null),
  window: z.enum(["enforced", "open"]).default("enforced"),
  limits: accountLimitsSchema,
  failures: z.record(phone, z.int().min(1)).default({}),
  errorDelivery: z.record(codeText, z.enum(["sync", "async"])).default({}),
  strictTemplates: z.boolean().default(false),
  templateReview: z
    .strictObject({
      delayMs: durationMs.default(60_000),
      verdict: z.enum(["APPROVED", ...rejectionReasons]).default("APPROVED"),
    })
    .nullable()
    .prefault({}),
  templatePacing: z
    .strictObject({ after: z.int().min(0), heldMs: durationMs.default(3_600_000) })
    .nullable()
    .default(null),
};
