import { createFaultQueue, type FaultQueue } from "./faults/fault-queue.js";
import { createLedger, type Ledger } from "./ledger.js";
import type { ResolvedOptions } from "./resolve-options.js";
import { createTimers, type Timers } from "./timers.js";
import { createWebhookClient, type WebhookClient } from "./webhooks/webhook-client.js";
import { createWebhookSender, type WebhookSender } from "./webhooks/webhook-sender.js";

/** Everything one running simulator knows. Each use case takes it as its first argument. */
export interface Simulation {
  readonly options: ResolvedOptions;
  readonly ledger: Ledger;
  readonly faults: FaultQueue;
  readonly timers: Timers;
  readonly webhooks: WebhookSender;
  readonly webhookClient: WebhookClient;
  webhookUrl: string | null;
  /** API calls since the start or the last reset, refused ones included. */
  requestCount: number;
}

export function createSimulation(options: ResolvedOptions): Simulation {
  const timers = createTimers(options.clock);
  const webhookClient = createWebhookClient();
  const simulation: Simulation = {
    options,
    ledger: createLedger(),
    faults: createFaultQueue(),
    timers,
    webhookClient,
    webhooks: createWebhookSender({
      client: webhookClient,
      timers,
      appSecret: options.appSecret,
      retryDelaysMs: options.webhookRetryDelaysMs,
      url: () => simulation.webhookUrl,
    }),
    webhookUrl: options.webhookUrl,
    requestCount: 0,
  };
  return simulation;
}

/** Forgets messages, replies, faults and counts, and cancels what is on its way. */
export function resetSimulation(simulation: Simulation): void {
  simulation.webhooks.cancel();
  simulation.timers.cancelAll();
  simulation.faults.clear();
  simulation.requestCount = 0;
  simulation.ledger.clear();
}
