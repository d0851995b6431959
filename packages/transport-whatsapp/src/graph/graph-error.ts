import { asFields, asText } from "../narrow.js";

/** One of Meta's errors, from an answer or from a webhook. Fields that are missing there are `null` here. */
export interface GraphError {
  readonly code: number;
  readonly subcode: number | null;
  readonly title: string | null;
  readonly details: string | null;
  readonly transient: boolean;
  /** Meta's support finds the request by it. */
  readonly traceId: string | null;
}

/**
 * Reads an error object, or returns `null` for what Meta did not write: it needs a numeric code.
 * @see https://developers.facebook.com/docs/graph-api/guides/error-handling
 */
export function readGraphError(value: unknown): GraphError | null {
  const fields = asFields(value);
  const code = wholeNumber(fields?.code);
  if (fields === null || code === null) return null;
  const traceId = asText(fields.fbtrace_id);
  return {
    code,
    subcode: wholeNumber(fields.error_subcode),
    title: asText(fields.title) ?? asText(fields.message),
    details: asText(asFields(fields.error_data)?.details) ?? asText(fields.error_user_msg),
    transient: fields.is_transient === true,
    traceId: traceId !== null && /^[\w-]{1,64}$/.test(traceId) ? traceId : null,
  };
}

// Meta sends numbers; proxies and older versions have been seen to send them as strings.
function wholeNumber(value: unknown): number | null {
  const number = typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) ? (number as number) : null;
}
