import { z } from "zod";
import { durationMs } from "../option-schemas.js";

const headerName = z.string().regex(/^[\w-]+$/);
const headerValue = z.string().regex(/^[ -~]*$/, "must be printable ASCII");

/** Something that goes wrong with one call, chosen by a test or a person. Times are on the simulator's clock. */
export const faultSchema = z.discriminatedUnion("kind", [
  /** Answers with a Graph error; nothing is done. */
  z.strictObject({
    kind: z.literal("error"),
    /** Meta's error code. */
    code: z.int().min(0),
    /** 400 to 599. Meta's own status for the code when absent. */
    httpStatus: z.int().min(400).max(599).optional(),
    message: z.string().optional(),
    details: z.string().optional(),
    subcode: z.int().optional(),
    isTransient: z.boolean().optional(),
    /** Extra response headers, such as `Retry-After`. */
    headers: z.record(headerName, headerValue).optional(),
  }),
  /** Answers 200 with a Graph error for a body; nothing is done. */
  z.strictObject({ kind: z.literal("error-in-200"), code: z.int().min(0) }),
  /** Resets the connection once the request was read; nothing is done. */
  z.strictObject({ kind: z.literal("reset") }),
  /** Keeps quiet for `ms`, then closes the connection; nothing is done. */
  z.strictObject({ kind: z.literal("silence"), ms: durationMs }),
  /** Answers with a web page, as a proxy in front of Meta would; nothing is done. */
  z.strictObject({ kind: z.literal("html"), httpStatus: z.int().min(200).max(599) }),
  /** Does what was asked, then resets the connection instead of answering. */
  z.strictObject({ kind: z.literal("lost-answer") }),
  /** Does what was asked, and answers after `ms`. */
  z.strictObject({ kind: z.literal("slow-headers"), ms: durationMs }),
  /** Does what was asked, and answers a byte every `msPerByte`. */
  z.strictObject({ kind: z.literal("slow-body"), msPerByte: durationMs.default(1_000) }),
  /** Does what was asked, and answers with a body that never ends, as fast as the client reads. */
  z.strictObject({ kind: z.literal("endless-body") }),
  /** Does what was asked, and answers with half of the JSON. */
  z.strictObject({ kind: z.literal("truncated-json") }),
  /** Accepts the message, and answers 200 without its id. Only for sends. */
  z.strictObject({ kind: z.literal("no-message-id") }),
  /** Accepts the message with 200, then reports `failed` with this code by webhook. Only for sends. */
  z.strictObject({ kind: z.literal("failed-status"), code: z.int().min(0) }),
]);

/** See the table in the README. */
export type SimulatorFault = z.input<typeof faultSchema>;

/** The same with defaults filled in. */
export type KnownFault = z.output<typeof faultSchema>;

export const faultTargets = ["send", "management"] as const;

/** Which calls meet a fault: sends that would be accepted, or calls about templates and phone numbers. */
export type FaultTarget = (typeof faultTargets)[number];

const sendOnly: ReadonlySet<KnownFault["kind"]> = new Set(["no-message-id", "failed-status"]);

/**
 * A fault that can be queued.
 *
 * @throws {TypeError} There is no such fault, or not for such calls.
 */
export function checkFault(fault: unknown, on: FaultTarget): KnownFault {
  const result = faultSchema.safeParse(fault);
  if (!result.success) throw new TypeError(`There is no such fault.\n${z.prettifyError(result.error)}`);
  if (on === "management" && sendOnly.has(result.data.kind)) {
    throw new TypeError(`The fault ${JSON.stringify(result.data.kind)} is only for sends. Leave "on" out.`);
  }
  return result.data;
}
