import { faultSchema, type SimulatorFault } from "./faults/fault.js";
import { handleRequest } from "./handle-request.js";
import { type HttpServer, openHttpServer } from "./http/http-server.js";
import { createPhoneEvents, type PhoneEvents } from "./pages/phone-events.js";
import { type ButtonPress, type IncomingText, pressButton, receiveText } from "./receive-reply.js";
import { checkWebhookUrl, resolveOptions } from "./resolve-options.js";
import type { SimulatedMessage, SimulatedReply } from "./simulated-message.js";
import { createSimulation, resetSimulation, type Simulation } from "./simulation.js";
import { verifyWebhook, type WebhookVerification } from "./webhooks/verify-webhook.js";
import type { WebhookReport } from "./webhooks/webhook-sender.js";
import type { WhatsappSimulatorOptions } from "./whatsapp-simulator-options.js";

/** A running imitation of Meta's WhatsApp Cloud API. */
export interface WhatsappSimulator {
  /** Stands in for `https://graph.facebook.com`; no slash at the end. */
  readonly url: string;
  /** The page that shows the phones. */
  readonly phonesUrl: string;
  /** What was accepted, oldest first. */
  messages(): readonly SimulatedMessage[];
  /** What people wrote and pressed, oldest first. */
  replies(): readonly SimulatedReply[];
  /** API calls so far, refused ones included. */
  requestCount(): number;
  webhookReport(): WebhookReport;
  /** Lets the next `times` sends that would be accepted meet `fault`, after those already asked for. @default times 1 */
  failNext(fault: SimulatorFault, options?: { readonly times?: number }): void;
  /** From now on webhooks go to `url`, retries included; null sends none. */
  setWebhookUrl(url: string | null): void;
  /** A person writes. Resolves with the message's id once the webhook was answered or given up. */
  receive(message: IncomingText): Promise<string>;
  /** A person presses a quick reply. Resolves like `receive`. */
  press(press: ButtonPress): Promise<string>;
  /** Makes the GET handshake with the webhook address. */
  verifyWebhook(verifyToken: string): Promise<WebhookVerification>;
  /** Resolves once no webhook is on its way. Those that wait for the clock do not count. */
  settled(): Promise<void>;
  /** Forgets messages, replies, faults and counts. */
  reset(): void;
  /** Ends every connection and timer. A second call does nothing. */
  stop(): Promise<void>;
}

/**
 * Starts a simulator on this machine.
 *
 * @throws {TypeError} An option does not fit.
 * @throws The listening error of Node when the port is taken.
 */
export async function startSimulator(options: WhatsappSimulatorOptions = {}): Promise<WhatsappSimulator> {
  const simulation = createSimulation(resolveOptions(options));
  const events = createPhoneEvents(simulation.ledger);
  const server = await openHttpServer({
    ...simulation.options,
    handle: (request, response) => void handleRequest(simulation, { request, response, events }),
  });
  return { ...steering(simulation), ...lifecycle(simulation, server, events) };
}

function steering(simulation: Simulation) {
  return {
    messages: () => simulation.ledger.messages(),
    replies: () => simulation.ledger.replies(),
    requestCount: () => simulation.requestCount,
    webhookReport: () => simulation.webhooks.report(),
    failNext(fault: SimulatorFault, { times = 1 }: { readonly times?: number } = {}) {
      simulation.faults.add(faultSchema.parse(fault), times);
    },
    setWebhookUrl(url: string | null) {
      simulation.webhookUrl = url === null ? null : checkWebhookUrl(url);
    },
    async receive(message: IncomingText) {
      const { id, told } = receiveText(simulation, message);
      await told;
      return id;
    },
    async press(press: ButtonPress) {
      const { id, told } = pressButton(simulation, press);
      await told;
      return id;
    },
    settled: () => simulation.webhooks.settled(),
    reset: () => resetSimulation(simulation),
  };
}

function lifecycle(simulation: Simulation, server: HttpServer, events: PhoneEvents) {
  const stopping = new AbortController();
  let stopped: Promise<void> | null = null;
  return {
    url: server.url,
    phonesUrl: `${server.url}/phones`,
    async verifyWebhook(verifyToken: string): Promise<WebhookVerification> {
      const url = simulation.webhookUrl;
      if (url === null) return { verified: false, httpStatus: null, problem: "There is no webhook URL." };
      return verifyWebhook(simulation.webhookClient, { url, verifyToken, signal: stopping.signal });
    },
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };

  async function stop(): Promise<void> {
    stopping.abort();
    simulation.webhooks.cancel();
    simulation.timers.cancelAll();
    events.close();
    await server.close();
    simulation.webhookClient.close();
  }
}
