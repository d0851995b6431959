import type { AccountOptions } from "./account-options.js";
import type { SimulatedTemplate } from "./simulated-template.js";
import type { SimulatorClock } from "./simulator-clock.js";
import type { WebhookOptions } from "./webhook-options.js";

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
export interface WhatsappSimulatorOptions extends AccountOptions, WebhookOptions {
  /** 0 takes any free port. @default 0 */
  readonly port?: number;
  /** Where to listen. Anything but a loopback address needs `allowRemote`. @default "127.0.0.1" */
  readonly host?: string;
  /** Lets `host` be an address that other machines can reach: they could send, read and steer. @default false */
  readonly allowRemote?: boolean;
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
  /** When statuses follow an accepted message. @default { sent: 40, delivered: 120, read: 400 } */
  readonly statusDelaysMs?: StatusDelaysMs;
  /** Time in ms between accepting a message and answering. @default 0 */
  readonly apiLatencyMs?: number;
  /** Time in ms, on the machine's own clock, in which a request must have arrived in full. @default 10_000 */
  readonly requestTimeoutMs?: number;
  /** Approved templates. When given, others are refused. @default none: any name is accepted */
  readonly templates?: readonly SimulatedTemplate[];
  /** Phone numbers without WhatsApp: accepted, then reported as failed with code 131026. @default [] */
  readonly unreachable?: readonly string[];
  /** What time it is, and what waits for it. @default the machine's clock */
  readonly clock?: SimulatorClock;
}
