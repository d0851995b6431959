import { DeliveryError } from "@callboard/core/adapter";
import { asFields } from "../narrow.js";
import { classifyGraphError, type ErrorAnswer } from "./classify-graph-error.js";
import { readGraphError } from "./graph-error.js";
import { templateRefusals } from "./template-refusals.js";

/** Nothing was changed by a question that nobody answered. */
export function lostRead(reason: string): DeliveryError {
  return new DeliveryError(`WhatsApp gave no answer about the templates (${reason}).`, {
    failureClass: "retry",
    hint: "Ask again; if it happens often, check the network between this host and Meta.",
  });
}

/** Nobody knows whether Meta made the change. */
export function lostChange(reason: string): DeliveryError {
  return new DeliveryError(`WhatsApp gave no answer to a change of a template (${reason}).`, {
    failureClass: "uncertain",
    hint: "Plan again: if Meta has the words by now, the plan adopts them.",
  });
}

/**
 * Why Meta refused a call about templates. Its subcodes decide, never its words, which come in the account's language. A
 * subcode that is not known here leaves Meta's own words to be read.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-management
 */
export function managementRefusal(
  answer: ErrorAnswer,
  lost: (reason: string) => DeliveryError,
): DeliveryError {
  const { message, failureClass, providerCode, retryAfterMs, hint } = classifyGraphError(answer);
  if (failureClass === "uncertain" && providerCode === null) return lost(`HTTP ${answer.httpStatus}`);
  const error = readGraphError(asFields(answer.body)?.error);
  const subcode = error?.subcode ?? null;
  const known = subcode === null ? undefined : templateRefusals[subcode];
  return new DeliveryError(message, {
    failureClass: known?.failureClass ?? failureClass,
    providerCode: subcode === null ? providerCode : `${providerCode}/${subcode}`,
    retryAfterMs: known?.retryAfterMs ?? retryAfterMs,
    hint: known?.hint ?? hintFor(error?.code ?? null) ?? hint,
  });
}

const permission =
  "Give the access token's app the permission whatsapp_business_management on the business account.";

/** Where the hint for a message would send people to the wrong place. */
function hintFor(code: number | null): string | undefined {
  if (code === 100) return "Read Meta's words: it refused the template for a reason that is not known here.";
  if (code === 3 || code === 10 || code === 131005) return permission;
  return code !== null && code >= 200 && code <= 299 ? permission : undefined;
}
