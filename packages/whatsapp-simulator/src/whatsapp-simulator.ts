import type { FaultTarget, SimulatorFault } from "./faults/fault.js";
import type { IncomingMessage } from "./incoming-message.js";
import type { ButtonPress } from "./receive-reply.js";
import type { SimulatedMessage, SimulatedReply } from "./simulated-message.js";
import type { TemplateDecision } from "./templates/decide-template.js";
import type { StoredTemplate } from "./templates/stored-template.js";
import type { AnnouncementKind, Announcements } from "./webhooks/announcement.js";
import type { WebhookVerification } from "./webhooks/verify-webhook.js";
import type { SentWebhook, WebhookReport } from "./webhooks/webhook-log.js";

/** How often, and to which calls, a fault happens. */
export interface FaultOptions {
  /** @default 1 */
  readonly times?: number;
  /** @default "send" */
  readonly on?: FaultTarget;
}

/** A running imitation of Meta's WhatsApp Cloud API. */
export interface WhatsappSimulator {
  /** Stands in for `https://graph.facebook.com`; no slash at the end. */
  readonly url: string;
  /** The page that shows the phones. */
  readonly phonesUrl: string;
  /** The page that shows the templates and lets a person decide about them. */
  readonly templatesUrl: string;

  /** What was accepted, oldest first. */
  messages(): readonly SimulatedMessage[];
  /** What people sent and pressed, oldest first. */
  replies(): readonly SimulatedReply[];
  /** Templates given as options or created since, oldest first. */
  templates(): readonly StoredTemplate[];
  /** What was posted, how often and how it was answered, oldest first. */
  webhooks(): readonly SentWebhook[];
  webhookReport(): WebhookReport;
  /** API calls so far, refused ones included. */
  requestCount(): number;

  /** A person writes, or sends something else. Resolves with the message's id once the webhook was answered or given up. */
  receive(message: IncomingMessage): Promise<string>;
  /** A person presses a quick reply. Resolves like `receive`. */
  press(press: ButtonPress): Promise<string>;
  /** Meta decides about a template. The host is told by webhook. */
  decideTemplate(id: string, decision: TemplateDecision): StoredTemplate;
  /** Makes every cursor of the template list handed out so far stale: 131059. */
  expireTemplateCursors(): void;
  /** Whether a person sees that the business is typing. */
  isTyping(person: string): boolean;
  /** Something happens to a person or to the business account. Resolves like `receive`. */
  announce<Kind extends AnnouncementKind>(kind: Kind, details: Announcements[Kind]): Promise<void>;

  /** Lets the next calls that would be carried out meet `fault`, after those already asked for. */
  failNext(fault: SimulatorFault, options?: FaultOptions): void;
  /** From now on the access token is refused with code 190 and subcode 463, until another one is set. */
  expireToken(): void;
  /** From now on requests must carry `accessToken`; the former one is refused with subcode 467. */
  setAccessToken(accessToken: string): void;
  /** From now on sends are refused with code 131057, for `ms` of the simulator's clock. @default 60_000 */
  startMaintenance(ms?: number): void;

  /** From now on webhooks go to `url`, retries included; null sends none. Other apps still get theirs. */
  setWebhookUrl(url: string | null): void;
  /** Makes the GET handshake with the webhook address. */
  verifyWebhook(verifyToken: string): Promise<WebhookVerification>;
  /** Resolves once no webhook is on its way. Those that wait for the clock do not count. */
  settled(): Promise<void>;
  /** Forgets messages, replies, faults and counts, and brings templates and token back to the start. */
  reset(): void;
  /** Ends every connection and timer. A second call does nothing. */
  stop(): Promise<void>;
}
