import { randomBytes } from "node:crypto";
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
  /** @default true for code 2 only */
  readonly isTransient?: boolean | undefined;
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
export function newTraceId(): string {
  return `A${randomBytes(17).toString("base64url").slice(0, 22)}`;
}

/**
 * The body of an error answer.
 *
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
 */
export function graphErrorBody({ message, code, details }: GraphError, traceId: string) {
  return {
    error: {
      message,
      type: details.type ?? "OAuthException",
      code,
      ...(details.subcode !== undefined && { error_subcode: details.subcode }),
      ...(details.details !== undefined && {
        error_data: { messaging_product: "whatsapp", details: details.details },
      }),
      ...((details.isTransient ?? code === 2) && { is_transient: true }),
      fbtrace_id: traceId,
    },
  };
}

/** `WWW-Authenticate`, which Meta puts on plain 400s too. */
export function authenticateHeader(error: GraphError): string {
  const kind = error.httpStatus === 401 ? "invalid_token" : "invalid_request";
  const message = error.message.replace(/[^ -~]|["\\]/g, " ").slice(0, 500);
  return `OAuth "Facebook Platform" "${kind}" "${message}"`;
}
