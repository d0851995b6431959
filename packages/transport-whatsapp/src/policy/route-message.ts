import type {
  ChannelTemplate,
  Failure,
  JsonObject,
  MessageToRoute,
  Route,
  RouteFacts,
  SendRoute,
} from "@callboard/core/adapter";
import { checkContent, checkFreeText } from "../content/check-content.js";
import type { WhatsappRoute } from "../content/route.js";
import { remoteName } from "../content/template-settings.js";
import { approvedFallback, approvedFor } from "./approved-template.js";
import { serviceWindow, windowClosedCode } from "./service-window.js";
import { namesOf } from "./template-fit.js";
import { versionedName } from "./versioned-name.js";
import { whyNoFallback, whyNoTemplate } from "./why-not-approved.js";

/** What the host has chosen about the form of messages. */
export interface RoutePolicy {
  /** Whether templates are handed in from here, so that what Meta says of them is known. */
  readonly reviewed: boolean;
  /** Free text instead of the template while the window is open. */
  readonly preferFreeText: boolean;
  /** The template that carries whole texts where nothing else may be sent. `null`: there is none. */
  readonly fallbackTemplate: string | null;
  /** The name at Meta ends in it. `null`: names are as they are. */
  readonly templateVersionSuffix: string | null;
}

const againInMs = 60_000;

/**
 * In which form a message goes to Meta: an approved template, free text while the window is open, or the fallback
 * template. Pure; always has an answer.
 *
 * Free text never goes out where the window is known to be closed, nor a template whose state is known and not `approved`.
 */
export function routeMessage(policy: RoutePolicy, message: MessageToRoute, facts: RouteFacts): Route {
  const { channel } = message.content;
  if (channel === null) return routeFreeText(policy, facts);
  if (policy.preferFreeText && serviceWindow(facts) === "open" && fitsFreeText(message))
    return send({ form: "text" });
  if (!policy.reviewed) return underOwnName(policy, message, channel);
  const own = approvedFor(message, facts);
  if (own !== null) return sendAs(own, "own");
  const fallback = approvedFallback(policy.fallbackTemplate, facts.templates);
  if (fallback !== null) return sendAs(fallback, "whole-text");
  return wait(whyNoTemplate(message, facts.templates), facts);
}

function routeFreeText({ fallbackTemplate }: RoutePolicy, facts: RouteFacts): Route {
  if (serviceWindow(facts) !== "closed") return send({ form: "text" });
  if (fallbackTemplate === null) return { type: "refuse", failure: closedWindow };
  const fallback = approvedFallback(fallbackTemplate, facts.templates);
  if (fallback !== null) return sendAs(fallback, "whole-text");
  return wait(whyNoFallback(fallbackTemplate, facts.templates), facts);
}

function fitsFreeText({ content }: MessageToRoute): boolean {
  return checkFreeText(content).length === 0;
}

/** Whether it is approved is not known here; Meta will say. */
function underOwnName(policy: RoutePolicy, message: MessageToRoute, settings: JsonObject): Route {
  const { language } = settings;
  if (typeof language !== "string") return { type: "refuse", failure: withoutLanguage(message) };
  if (settings.parameterFormat === "named") return { type: "refuse", failure: withoutNames(message) };
  const name = versionedName(remoteName(settings, message.template), policy.templateVersionSuffix);
  return send({ form: "template", name, language, values: "own" });
}

function sendAs(template: ChannelTemplate, values: "own" | "whole-text"): Route {
  const { remoteName, language, expressions } = template;
  const names = namesOf(expressions);
  const route = send({
    form: "template",
    name: remoteName,
    language,
    values,
    ...(names && { parameterNames: names }),
  });
  return { ...route, template: { remoteName, language } };
}

function send(route: WhatsappRoute): SendRoute {
  return { type: "send", route: route as JsonObject };
}

/** Meta's word that the window is closed must not be forgotten while it waits. */
function wait(failure: Failure, facts: RouteFacts): Route {
  const isClosed = facts.failure?.providerCode === windowClosedCode;
  return {
    type: "wait",
    failure: isClosed ? { ...failure, providerCode: windowClosedCode } : failure,
    againInMs,
  };
}

const closedWindow: Failure = {
  failureClass: "permanent-request",
  providerCode: null,
  message:
    "WhatsApp delivers free text only within 24 hours of the person's last message, and they have not written.",
  hint: "Give the template WhatsApp settings so that Meta can approve it, or set fallbackTemplate.",
};

function withoutLanguage({ content, template }: MessageToRoute): Failure {
  const [cure = "Set whatsapp.language."] = checkContent(content, template);
  const message = `Template "${template.name}" cannot be sent: its WhatsApp language is missing.`;
  return { failureClass: "permanent-request", providerCode: null, message, hint: cure };
}

/** Names are made when a template is handed in; sent without them, its values would arrive nowhere. */
function withoutNames({ template }: MessageToRoute): Failure {
  return {
    failureClass: "permanent-request",
    providerCode: null,
    message: `Template "${template.name}" cannot be sent: the names of its WhatsApp variables are not known.`,
    hint: "Set businessAccountId and apply the templates from here, or set parameterFormat to positional.",
  };
}
