import { z } from "zod";

const phone = z.string();
/** Fields of Meta's that only some events carry. They reach the webhook as they are. */
const info = z.record(z.string(), z.unknown()).optional();

/** What can be announced, and what must be told of it. */
export const announcementSchemas = {
  /** A person keeps the account but has a new phone number. */
  user_changed_number: z.strictObject({ from: phone, to: phone }),
  /** A person's business-scoped user id becomes another one, as after a change of number. */
  user_changed_user_id: z.strictObject({ from: phone, previous: z.string().min(1) }),
  /** A person wants no marketing messages any more, or again. */
  user_preferences: z.strictObject({ from: phone, value: z.enum(["stop", "resume"]) }),
  /** Something happened to the business account; `info` such as `{ ban_info: { … } }`. */
  account_update: z.strictObject({ event: z.string().min(1), info }),
  /** Meta tells of the account's limits or profile; `alertType` such as `OBA_APPROVED`. */
  account_alerts: z.strictObject({
    alertType: z.string().min(1),
    severity: z.enum(["CRITICAL", "WARNING", "INFORMATIONAL"]),
    description: z.string().optional(),
  }),
  /** Meta has decided about the account. */
  account_review_update: z.strictObject({ decision: z.enum(["APPROVED", "REJECTED", "PENDING"]) }),
  /** The business number was flagged, or may send faster; `currentLimit` such as `TIER_10K`. */
  phone_number_quality_update: z.strictObject({
    event: z.string().min(1),
    currentLimit: z.string().min(1),
  }),
  /** The account may reach more or fewer people a day; -1 is without limit. */
  business_capability_update: z.strictObject({ maxDailyConversations: z.int().min(-1) }),
} as const;

type Schemas = typeof announcementSchemas;

/** Details by kind of announcement. */
export type Announcements = { readonly [Kind in keyof Schemas]: z.input<Schemas[Kind]> };

/** What can be announced. */
export type AnnouncementKind = keyof Schemas;

/** One kind and its details, checked. */
export type KnownAnnouncement = {
  [Kind in AnnouncementKind]: { readonly kind: Kind; readonly details: z.output<Schemas[Kind]> };
}[AnnouncementKind];

/** @throws {TypeError} There is no such kind, or its details do not fit. */
export function checkAnnouncement(kind: string, details: unknown): KnownAnnouncement {
  const schema = Object.hasOwn(announcementSchemas, kind)
    ? announcementSchemas[kind as AnnouncementKind]
    : undefined;
  if (schema === undefined) {
    const known = Object.keys(announcementSchemas).join(", ");
    throw new TypeError(`There is no announcement ${JSON.stringify(kind)}. Known: ${known}.`);
  }
  const result = schema.safeParse(details);
  if (result.success) return { kind, details: result.data } as KnownAnnouncement;
  throw new TypeError(`The announcement ${kind} does not fit.\n${z.prettifyError(result.error)}`);
}
