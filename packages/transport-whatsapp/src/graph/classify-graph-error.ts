import { type DeliveryErrorDetails, type Failure, systemClock } from "@callboard/core/adapter";
import { asFields } from "../narrow.js";
import { describeError } from "./describe-error.js";
import type { GraphErrorEntry } from "./error-table.js";
import { findEntry } from "./find-entry.js";
import { type GraphError, readGraphError } from "./graph-error.js";
import { type Headers, regainAccessMs, retryAfterMs } from "./retry-after.js";

/** An answer of the Graph API that is not an acceptance. */
export interface ErrorAnswer {
  readonly httpStatus: number;
  /** What the body says as JSON; `undefined` when it is not JSON. */
  readonly body: unknown;
  /** By lower-case name. @default none */
  readonly headers?: Headers;
  /** Texts that must not be repeated: the person's number, what they were told. @default none */
  readonly withheld?: readonly string[];
  /** What an HTTP date counts from when the answer has no `Date`. @default the machine's time */
  readonly now?: Date;
}

/** What an answer means: a failure, and when to ask again. */
export interface ClassifiedError extends Failure {
  readonly failureClass: DeliveryErrorDetails["failureClass"];
  /** Earliest useful retry, in ms. `null`: no hint, or no retry at all. */
  readonly retryAfterMs: number | null;
}

/**
 * Tells what an answer of the Graph API means. Pure: the same answer always means the same.
 *
 * An answer that Meta's API did not write (HTML, half of a JSON) proves nothing, nor does a refusal under a status
 * of success: both are `uncertain`. A redirect and a plain 429 are exceptions, because they reach nobody.
 */
export function classifyGraphError(answer: ErrorAnswer): ClassifiedError {
  const { httpStatus, body, headers = {}, withheld = [], now = systemClock.now() } = answer;
  const error = readGraphError(asFields(body)?.error);
  if (error === null) return notFromMeta(httpStatus, retryAfterMs(headers, now));
  const entry = findEntry(error, httpStatus);
  const asked =
    retryAfterMs(headers, now) ?? (entry.failureClass === "sender" ? regainAccessMs(headers) : null);
  return {
    ...failureOf(error, httpStatus < 300 ? { ...entry, failureClass: "uncertain" } : entry, withheld),
    retryAfterMs: httpStatus < 300 ? null : wait(entry, asked),
  };
}

/** The same judgement for an error that a webhook reports. */
export function failureFromWebhook(error: GraphError | null): Failure {
  if (error !== null) return failureOf(error, findEntry(error, null), []);
  return {
    failureClass: "permanent-request",
    providerCode: null,
    message: "WhatsApp reported a failure without a code.",
    hint: "Look for the message in WhatsApp Manager; its webhook did not say why it failed.",
  };
}

function failureOf(error: GraphError, { failureClass, hint }: GraphErrorEntry, withheld: readonly string[]) {
  return { failureClass, providerCode: String(error.code), message: describeError(error, withheld), hint };
}

function wait(entry: GraphErrorEntry, asked: number | null): number | null {
  const usual = entry.retryAfterMs ?? null;
  if (entry.failureClass === "retry" || entry.failureClass === "sender") return asked ?? usual;
  // Elsewhere the wait follows from Meta's rules; a shorter Retry-After speaks of the request, not of the rule.
  return usual === null ? null : Math.max(asked ?? 0, usual);
}

function notFromMeta(httpStatus: number, asked: number | null): ClassifiedError {
  const providerCode = null;
  if (httpStatus === 429) {
    const hint =
      "Nothing to do: something before Meta's API asks for fewer calls, and sending resumes by itself.";
    const message = "WhatsApp answered HTTP 429.";
    return { failureClass: "sender", providerCode, message, hint, retryAfterMs: asked ?? 30_000 };
  }
  if (httpStatus >= 300 && httpStatus < 400) {
    const hint = "Check baseUrl and any proxy on the way: a redirect is never followed, so nothing was sent.";
    const message = `WhatsApp answered HTTP ${httpStatus}, a redirect.`;
    return { failureClass: "sender", providerCode, message, hint, retryAfterMs: asked ?? 60_000 };
  }
  return {
    failureClass: "uncertain",
    providerCode,
    message: `WhatsApp answered HTTP ${httpStatus} without saying what became of the message.`,
    hint: "Nothing to do: a delivery receipt settles it, or else its onUncertain policy does.",
    retryAfterMs: null,
  };
}
