import { announce } from "./announce.js";
import { checkFault } from "./faults/fault.js";
import { pressButton, type Received, receiveMessage } from "./receive-reply.js";
import { checkWebhookUrl } from "./resolve-options.js";
import { resetSimulation, type Simulation } from "./simulation.js";
import { startMaintenance } from "./start-maintenance.js";
import { decideTemplate } from "./templates/decide-template.js";
import type { WhatsappSimulator } from "./whatsapp-simulator.js";

type Lifecycle = "url" | "phonesUrl" | "templatesUrl" | "verifyWebhook" | "stop";

/** What a test can look at and let happen. */
export function steering(simulation: Simulation): Omit<WhatsappSimulator, Lifecycle> {
  return { ...inspection(simulation), ...events(simulation), ...troubles(simulation) };
}

function inspection(simulation: Simulation) {
  return {
    messages: () => simulation.ledger.messages(),
    replies: () => simulation.ledger.replies(),
    templates: () => simulation.templates.all(),
    webhooks: () => simulation.webhooks.log.all(),
    webhookReport: () => simulation.webhooks.log.report(),
    requestCount: () => simulation.requestCount,
    settled: () => simulation.webhooks.settled(),
  } satisfies Partial<WhatsappSimulator>;
}

function events(simulation: Simulation) {
  return {
    receive: async (message) => idOnceTold(receiveMessage(simulation, message)),
    press: async (press) => idOnceTold(pressButton(simulation, press)),
    expireTemplateCursors: () => simulation.templates.expireCursors(),
    isTyping: (person: string) => simulation.ledger.isTyping(person, simulation.timers.now()),
    decideTemplate: (id, decision) => decideTemplate(simulation, id, decision),
    announce: async (kind, details) => announce(simulation, kind, details).told,
    reset: () => resetSimulation(simulation),
    setWebhookUrl(url) {
      simulation.webhookUrl = url === null ? null : checkWebhookUrl(url);
    },
  } satisfies Partial<WhatsappSimulator>;
}

function troubles(simulation: Simulation) {
  return {
    failNext(fault, { times = 1, on = "send" } = {}) {
      simulation.faults.add(checkFault(fault, on), { times, on });
    },
    expireToken: () => simulation.token.expire(simulation.timers.now()),
    setAccessToken: (accessToken) => simulation.token.replace(accessToken),
    startMaintenance: (ms) => startMaintenance(simulation, ms),
  } satisfies Partial<WhatsappSimulator>;
}

async function idOnceTold({ id, told }: Received): Promise<string> {
  await told;
  return id;
}
