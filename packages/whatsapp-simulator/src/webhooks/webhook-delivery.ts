import { z } from "zod";
import { durationMs } from "../option-schemas.js";

/** How webhooks travel. The defaults are calm: one update in each body, once, in order and at once. */
export interface WebhookDelivery {
  /** The most updates in one body, 1 to 1,000. @default 1 */
  readonly batchSize?: number;
  /** How long an update waits for others when `batchSize` is over 1, in ms. @default 100 */
  readonly batchWaitMs?: number;
  /** Time before a body is posted, in ms, drawn anew for each. @default { min: 0, max: 0 } */
  readonly delayMs?: { readonly min: number; readonly max: number };
  /** Share of bodies posted again although they were answered with 200, 0 to 1. @default 0 */
  readonly doubledShare?: number;
  /** Share of bodies that lose their turn and are held back by `reorderMs` while later ones pass, 0 to 1. @default 0 */
  readonly reorderedShare?: number;
  /** How long such a body is held back, in ms. @default 1_000 */
  readonly reorderMs?: number;
  /** Share of messages whose `sent` is never told, 0 to 1. @default 0 */
  readonly sentMissingShare?: number;
  /** Share of messages that skip `delivered`, as when the chat is open, 0 to 1. @default 0 */
  readonly deliveredSkippedShare?: number;
  /**
   * Whether a status carries `conversation`, as up to v23.0, or `contacts`, as since.
   *
   * @default "v24"
   */
  readonly shape?: "v23" | "v24";
}

const share = z.number().min(0).max(1).default(0);

/** The schema behind {@link WebhookDelivery}. */
export const webhookDeliverySchema = z
  .strictObject({
    batchSize: z.int().min(1).max(1_000).default(1),
    batchWaitMs: durationMs.default(100),
    delayMs: z
      .strictObject({ min: durationMs, max: durationMs })
      .refine(({ min, max }) => min <= max, "min must not be over max")
      .default({ min: 0, max: 0 }),
    doubledShare: share,
    reorderedShare: share,
    reorderMs: durationMs.default(1_000),
    sentMissingShare: share,
    deliveredSkippedShare: share,
    shape: z.enum(["v23", "v24"]).default("v24"),
  })
  .prefault({});

/** The same with every default filled in. */
export type ResolvedWebhookDelivery = z.output<typeof webhookDeliverySchema>;
