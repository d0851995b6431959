import { z } from "zod";

const headerName = z.string().regex(/^[\w-]+$/);
const headerValue = z.string().regex(/^[ -~]*$/, "must be printable ASCII");

/** Something that goes wrong with one send, chosen by a test or a person. */
export const faultSchema = z.discriminatedUnion("kind", [
  /** Answers with a Graph error; nothing is delivered. */
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
  /** Resets the connection once the request was read; nothing is delivered. */
  z.strictObject({ kind: z.literal("reset") }),
  /** Delivers the message, then resets the connection instead of answering. */
  z.strictObject({ kind: z.literal("lost-answer") }),
  /** Keeps quiet for `ms`, then closes the connection; nothing is delivered. */
  z.strictObject({ kind: z.literal("silence"), ms: z.number().min(0).max(2_147_483_647) }),
  /** Answers with a web page, as a proxy in front of Meta would; nothing is delivered. */
  z.strictObject({ kind: z.literal("html"), httpStatus: z.int().min(200).max(599) }),
  /** Accepts with 200, then reports `failed` with this code by webhook. */
  z.strictObject({ kind: z.literal("failed-status"), code: z.int().min(0) }),
]);

/** One of: `error`, `reset`, `lost-answer`, `silence`, `html`, `failed-status`. */
export type SimulatorFault = z.output<typeof faultSchema>;
