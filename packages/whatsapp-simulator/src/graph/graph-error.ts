import type { RandomSource } from "../random-source.js";
import { errorOf } from "./error-catalogue.js";

/** What may differ from the catalogue's entry. */
export interface GraphErrorDetails {
  /** The whole message. @default `(#code) title` */
  readonly message?: string | undefined;
  /** `error_data.details`, the sentence that says what is wrong. */
  readonly details?: string | undefined;
  /** @default "OAuthException" */
  readonly type?: "OAuthException" | "GraphMethodException" | undefined;
  readonly subcode?: number | undefined;
  /** @default the catalogue's */
  readonly httpStatus?: number | undefined;
  /** Present when given, and as true for code 2. */
  readonly isTransient?: boolean | undefined;
  /** `error_user_title`, for the person in front of the screen. */
  readonly userTitle?: string | undefined;
  /** `error_user_msg`, which says what to mend. */
  readonly userMessage?: string | undefined;
  /** The fields at fault, for `error_data.blame_field_specs`. */
  readonly blamedFields?: readonly string[] | undefined;
  /** Extra response headers. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A refusal in Meta's words. Thrown while a request is looked at, answered to the caller. */
export class GraphError extends Error {
  override readonly name = "GraphError";
  readonly httpStatus: number;

  constructor(
    readonly code: number,
    readonly details: GraphErrorDetails = {},
  ) {
    super(details.message ?? `(#${code}) ${errorOf(code).title}`);
    this.httpStatus = details.httpStatus ?? errorOf(code).httpStatus;
  }
}

/** The `x-fb-trace-id` of one answer, repeated in an error's body. */
export function newTraceId(random: RandomSource): string {
  return `A${random.hex(22)}`;
}

/**
 * The body of an error answer.
 *
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
 */
export function graphErrorBody(error: GraphError, traceId: string) {
  const { message, code, details } = error;
  const isTransient = details.isTransient ?? (code === 2 ? true : undefined);
  const present = {
    error_subcode: details.subcode,
    error_data: errorData(details),
    is_transient: isTransient,
    error_user_title: details.userTitle,
    error_user_msg: details.userMessage,
  };
  const type = details.type ?? "OAuthException";
  // JSON leaves out what is undefined, as Meta does.
  return { error: { message, type, code, ...present, fbtrace_id: traceId } };
}

function errorData({ details, blamedFields }: GraphErrorDetails) {
  if (blamedFields !== undefined) return { blame_field_specs: blamedFields.map((field) => [field]) };
  return details === undefined ? undefined : { messaging_product: "whatsapp", details };
}

/** `WWW-Authenticate`, which Meta puts on plain 400s too. */
export function authenticateHeader(error: GraphError): string {
  const kind = error.httpStatus === 401 ? "invalid_token" : "invalid_request";
  const message = error.message.replace(/[^ -~]|["\\]/g, " ").slice(0, 500);
  return `OAuth "Facebook Platform" "${kind}" "${message}"`;
}
