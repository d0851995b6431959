import { createHash } from "node:crypto";
import { z } from "zod";

/** What webhooks tell of a person: the phone number, the business-scoped user id, or both. */
export type Identity = "phone" | "phone-and-bsuid" | "bsuid-only";

export const identities = ["phone", "phone-and-bsuid", "bsuid-only"] as const;

/** Somebody with a phone. */
export interface SimulatedPerson {
  /** As in the profile. */
  readonly name: string;
  /** With the at sign, such as `@tariro`. Null has none. @default null */
  readonly username?: string | null;
  /** @default the option `identity` */
  readonly identity?: Identity;
}

const personSchema = z.strictObject({
  name: z.string().min(1),
  username: z.string().min(2).startsWith("@").nullable().default(null),
  identity: z.enum(identities).nullable().default(null),
});

/** A name alone, or all of {@link SimulatedPerson}. */
export const personOrNameSchema = z.union([
  z
    .string()
    .min(1)
    .transform((name) => personSchema.parse({ name })),
  personSchema,
]);

/** The same with defaults filled in; a null identity is the option's. */
export type KnownPerson = z.output<typeof personSchema>;

/** Countries by calling code, as far as examples need them. */
const countries: readonly (readonly [prefix: string, country: string])[] = [
  ["1", "US"],
  ["27", "ZA"],
  ["33", "FR"],
  ["44", "GB"],
  ["49", "DE"],
  ["54", "AR"],
  ["55", "BR"],
  ["91", "IN"],
  ["234", "NG"],
  ["254", "KE"],
  ["260", "ZM"],
  ["263", "ZW"],
];

/**
 * The business-scoped user id of a person: the same for one number and one business, and different for another business.
 *
 * @returns Two letters of a country (`ZZ` when the calling code is not listed), a dot and digits.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
 */
export function businessScopedUserId(businessAccountId: string, digits: string): string {
  const country = countries.find(([prefix]) => digits.startsWith(prefix))?.[1] ?? "ZZ";
  const hash = createHash("sha256").update(`${businessAccountId}:${digits}`).digest("hex");
  return `${country}.${BigInt(`0x${hash.slice(0, 16)}`)
    .toString()
    .padStart(20, "1")}`;
}
