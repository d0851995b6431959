import type { OutgoingMessage, Transport, TransportPacing } from "@callboard/core/adapter";
import { checkContent } from "./content/check-content.js";
import { graphMessage } from "./content/graph-message.js";
import type { WhatsappTemplateSettings } from "./content/template-settings.js";
import { graphClient } from "./graph/graph-client.js";
import { versionWarnings } from "./graph/graph-versions.js";
import { type ManagementClient, managementClient } from "./graph/management-client.js";
import { readAnswer } from "./graph/read-answer.js";
import { normalizeAddress } from "./normalize-address.js";
import { type ParsedOptions, parseOptions } from "./parse-options.js";
import { type RoutePolicy, routeMessage } from "./policy/route-message.js";
import { whatsappReviewer } from "./review/template-reviewer.js";
import { webhookReader } from "./webhook/read-webhook.js";
import type { WhatsappTransportOptions } from "./whatsapp-options.js";

/**
 * Sends through the WhatsApp Business Cloud API: an approved template where the template has WhatsApp settings, free
 * text otherwise. `reviewer` is there when `businessAccountId` is given, `readWebhook` and `rereadWebhook` are there when `appSecret` and `verifyToken` are given.
 *
 * Opens no connection before the first send, and keeps secrets out of errors and out of what it returns.
 * @throws {InvalidOptionsError} Names the option and the cure.
 */
export function whatsappTransport(
  options: WhatsappTransportOptions,
): Transport<"whatsapp", WhatsappTemplateSettings> {
  const parsed = parseOptions(options);
  const client = graphClient(parsed);
  const management = managementClient(parsed);
  const policy = policyOf(parsed);

  return {
    name: "whatsapp",
    pacing: pacingOf(parsed),
    normalizeAddress: (address) => normalizeAddress(address, parsed.defaultCountry),
    checkContent,
    isMarketing: ({ channel }) => channel?.category === "MARKETING",
    route: (message, facts) => routeMessage(policy, message, facts),
    warnings: (now) => versionWarnings(parsed.graphVersion, now),
    async send(message, { signal }) {
      const { answer, token } = await client.post(graphMessage(message), signal);
      return readAnswer(answer, () => [token, ...said(message)]);
    },
    ...reviewerOf(parsed, management),
    ...webhookReader(parsed),
    async close() {
      await Promise.all([client.close(), management.close()]);
    },
  };
}

function policyOf(options: ParsedOptions): RoutePolicy {
  return {
    reviewed: options.businessAccountId !== undefined,
    preferFreeText: options.preferFreeText,
    fallbackTemplate: options.fallbackTemplate ?? null,
    templateVersionSuffix: options.templateVersionSuffix ?? null,
  };
}

function reviewerOf({ businessAccountId, templateVersionSuffix }: ParsedOptions, client: ManagementClient) {
  if (businessAccountId === undefined) return {};
  const suffix = templateVersionSuffix ?? null;
  return { reviewer: whatsappReviewer({ client, businessAccountId, suffix }) };
}

function pacingOf(options: ParsedOptions): TransportPacing {
  const { phoneNumberId, messagesPerSecond, recipientBurst: burst, recipientEveryMs: everyMs } = options;
  return { senderKey: phoneNumberId, perSecond: messagesPerSecond, perRecipient: { burst, everyMs } };
}

/** Everything in a message that Meta might quote in an error. */
function said({ to, content }: OutgoingMessage): string[] {
  const { text, variables, buttons, settingValues = {} } = content;
  const urls = buttons.flatMap((button) => (button.type === "url" ? [button.url, button.suffix ?? ""] : []));
  return [to, text, ...(variables ?? []), ...urls, ...Object.values(settingValues).flat()];
}
