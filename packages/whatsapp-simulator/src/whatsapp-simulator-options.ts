import type { SimulatedTemplate } from "./simulated-template.js";
import type { SimulatorClock } from "./simulator-clock.js";

/** When statuses follow an accepted message, each in ms after acceptance and none before the one above it. */
export interface StatusDelaysMs {
  /** @default 40 */
  readonly sent?: number;
  /** Null skips it, as WhatsApp does when the chat is open. @default 120 */
  readonly delivered?: number | null;
  /** Null for a person who never opens the chat or hides read receipts. @default 400 */
  readonly read?: number | null;
}

/** Everything has a default: `startSimulator()` alone gives a working server. */
export interface WhatsappSimulatorOptions {
  /** 0 takes any free port. @default 0 */
  readonly port?: number;
  /** Anything but a loopback address lets other machines in. @default "127.0.0.1" */
  readonly host?: string;
  /** The bearer token that requests must carry. @default "simulator-access-token" */
  readonly accessToken?: string;
  /** The sender's id in the request path. @default "100000000000001" */
  readonly phoneNumberId?: string;
  /** The key of webhook signatures. @default "simulator-app-secret" */
  readonly appSecret?: string;
  /** `entry[].id` in webhooks. @default "100000000000002" */
  readonly businessAccountId?: string;
  /** The business's own number, digits only. @default "15550100000" */
  readonly displayPhoneNumber?: string;
  /** Where webhooks go. Null sends none. @default null */
  readonly webhookUrl?: string | null;
  readonly statusDelaysMs?: StatusDelaysMs;
  /** Gaps in ms before a refused webhook is posted again; one retry each, then it is given up. @default [200, 1_000, 5_000] */
  readonly webhookRetryDelaysMs?: readonly number[];
  /** Time in ms between accepting a message and answering. @default 0 */
  readonly apiLatencyMs?: number;
  /** Time in ms, on the machine's own clock, in which a request must have arrived in full. @default 10_000 */
  readonly requestTimeoutMs?: number;
  /** Approved templates. When given, others are refused; when absent, any name is accepted. */
  readonly templates?: readonly SimulatedTemplate[];
  /** Names by phone number. Each gets a phone on the page before any message. */
  readonly people?: Readonly<Record<string, string>>;
  /** Phone numbers without WhatsApp: accepted, then reported as failed with code 131026. */
  readonly unreachable?: readonly string[];
  /** @default the machine's clock */
  readonly clock?: SimulatorClock;
}
