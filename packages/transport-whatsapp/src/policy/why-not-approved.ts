import type {
  ChannelTemplate,
  ChannelTemplateStatus,
  Failure,
  MessageToRoute,
} from "@callboard/core/adapter";
import { newest } from "./approved-template.js";
import { isOneVariable } from "./template-fit.js";

const states: Readonly<Record<ChannelTemplateStatus, string>> = {
  approved: "is approved by Meta",
  pending: "is still being reviewed by Meta",
  rejected: "was rejected by Meta",
  paused: "is paused by Meta for low quality",
  disabled: "was disabled by Meta, for good",
  missing: "is not at Meta any more",
};

const cures: Readonly<Record<ChannelTemplateStatus, string>> = {
  approved: "Nothing to do: it goes out when it is asked for again.",
  pending: "Nothing to do: it goes out once Meta approves, mostly within a day.",
  rejected: "Rewrite the template as Meta's reason says, and hand it in again.",
  paused: "Improve the template; Meta lifts the pause after 3 hours, the second time after 6.",
  disabled: "Write other words, and hand them in with a new templateVersionSuffix.",
  missing: "Hand the template in again, with a new templateVersionSuffix if Meta refuses the name.",
};

/** Why a message with WhatsApp settings has to wait, and what a person can do. */
export function whyNoTemplate({ template }: MessageToRoute, templates: readonly ChannelTemplate[]): Failure {
  const ofThis = templates.filter((known) => known.template === template.name);
  const own = newest(ofThis.filter(({ version }) => version === template.version));
  if (own !== null) return heldBack(own);
  const latest = newest(ofThis);
  if (latest === null) return neverHandedIn(template.name);
  return latest.status === "approved" ? otherWords(template.version, latest) : heldBack(latest);
}

/** Why a free text has to wait for the template that would carry it. */
export function whyNoFallback(name: string, templates: readonly ChannelTemplate[]): Failure {
  const latest = newest(templates.filter(({ template }) => template === name));
  if (latest === null) return neverHandedIn(name);
  if (isOneVariable(latest.expressions)) return heldBack(latest);
  return waiting(
    `The fallback template "${name}" cannot carry a whole text: it must have exactly one variable, and no buttons.`,
    "Give it a body with one <%= … %>, and hand it in again.",
  );
}

function heldBack({ template, version, remoteName, status, reason }: ChannelTemplate): Failure {
  const why = reason === null || reason === "" ? "" : ` (${reason})`;
  return waiting(
    `Template "${template}", version ${version}, ${states[status]}${why}; its name there is "${remoteName}".`,
    cures[status],
  );
}

function neverHandedIn(name: string): Failure {
  return waiting(
    `Template "${name}" has not been handed to Meta, so it cannot be sent.`,
    "Plan and apply the templates: Meta has to approve one before it can be sent.",
  );
}

function otherWords(version: number, { template, version: approved }: ChannelTemplate): Failure {
  return waiting(
    `Meta has approved version ${approved} of template "${template}", and this message was written with version ${version}, whose variables are not known to be the same.`,
    "Set a fallbackTemplate, which carries any text; or cancel this message and queue it anew.",
  );
}

function waiting(message: string, hint: string): Failure {
  return { failureClass: "template", providerCode: null, message, hint };
}
