import { handleRequest } from "./handle-request.js";
import { type HttpServer, openHttpServer } from "./http/http-server.js";
import { createPhoneEvents, type PhoneEvents } from "./pages/phone-events.js";
import { resolveOptions } from "./resolve-options.js";
import { createSimulation, type Simulation } from "./simulation.js";
import { steering } from "./steering.js";
import { verifyWebhook, type WebhookVerification } from "./webhooks/verify-webhook.js";
import type { WhatsappSimulator } from "./whatsapp-simulator.js";
import type { WhatsappSimulatorOptions } from "./whatsapp-simulator-options.js";

/**
 * Starts a simulator on this machine.
 *
 * @throws {TypeError} An option does not fit.
 * @throws The listening error of Node when the port is taken.
 */
export async function startSimulator(options: WhatsappSimulatorOptions = {}): Promise<WhatsappSimulator> {
  const simulation = createSimulation(resolveOptions(options));
  simulation.options.clock.waitFor?.(() => simulation.webhooks.settled());
  const events = createPhoneEvents(simulation);
  const server = await openHttpServer({
    ...simulation.options,
    handle: (request, response) => void handleRequest(simulation, { request, response, events }),
  });
  return { ...steering(simulation), ...lifecycle(simulation, server, events) };
}

function lifecycle(simulation: Simulation, server: HttpServer, events: PhoneEvents) {
  const stopping = new AbortController();
  let stopped: Promise<void> | null = null;
  return {
    url: server.url,
    phonesUrl: `${server.url}/phones`,
    templatesUrl: `${server.url}/templates`,
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
