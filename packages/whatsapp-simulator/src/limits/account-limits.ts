import { z } from "zod";

const limit = (value: number) => z.int().min(1).nullable().default(value);

const limits = z.strictObject({
  messagesPerSecond: limit(80),
  pairBurst: limit(45),
  pairIntervalMs: z.int().min(1).default(6_000),
  messagingLimit: z.int().min(1).nullable().default(null),
  managementCallsPerHour: limit(200),
  templateCreationsPerHour: limit(100),
  templates: limit(250),
});

const none = {
  messagesPerSecond: null,
  pairBurst: null,
  messagingLimit: null,
  managementCallsPerHour: null,
  templateCreationsPerHour: null,
  templates: null,
};

/** The schema of {@link AccountLimitOptions}, or `"none"` to lift them all. */
export const accountLimitsSchema = z
  .union([z.literal("none").transform(() => limits.parse(none)), limits])
  .prefault({});

/** Every limit with its default filled in. */
export type AccountLimits = z.output<typeof accountLimitsSchema>;

/** What Meta allows an account, counted by the simulator's clock. Null lifts a limit. */
export interface AccountLimitOptions {
  /** Sends of the business number in a second; Meta also has 20 and 1,000. Over it: 130429. @default 80 */
  readonly messagesPerSecond?: number | null;
  /** Sends to one person at a stretch. Over it: 131056. @default 45 */
  readonly pairBurst?: number | null;
  /** Time in ms after which one more send to the same person is possible. @default 6_000 */
  readonly pairIntervalMs?: number;
  /**
   * Different people written to outside their window within 24 hours: 250, 2,000, 10,000 or 100,000 at Meta.
   * Over it: 131048. @default null
   */
  readonly messagingLimit?: number | null;
  /** Calls about templates and numbers in an hour; 5,000 for a busy account. Over it: 80007. @default 200 */
  readonly managementCallsPerHour?: number | null;
  /** Templates created in an hour. Over it: 80007. @default 100 */
  readonly templateCreationsPerHour?: number | null;
  /** Templates the account may hold; 6,000 once verified. Over it: subcode 2388019. @default 250 */
  readonly templates?: number | null;
}
