import { type BusinessAccount, clearBusinessAccount, createBusinessAccount } from "./business-account.js";
import { createFaultQueue, type FaultQueue } from "./faults/fault-queue.js";
import { createMaintenance, type Maintenance } from "./faults/maintenance.js";
import { createLedger, type Ledger } from "./ledger.js";
import { createRandomSource, type RandomSource } from "./random-source.js";
import type { ResolvedOptions } from "./resolve-options.js";
import { createTimers, type Timers } from "./timers.js";
import type { SubscribedApp } from "./webhooks/post-webhook.js";
import { retryGaps } from "./webhooks/retry-gaps.js";
import { createWebhookClient, type WebhookClient } from "./webhooks/webhook-client.js";
import { createWebhookSender, type WebhookSender } from "./webhooks/webhook-sender.js";

/** Everything one running simulator knows. Each use case takes it as its first argument. */
export interface Simulation extends BusinessAccount {
  readonly options: ResolvedOptions;
  readonly ledger: Ledger;
  readonly faults: FaultQueue;
  readonly maintenance: Maintenance;
  readonly timers: Timers;
  readonly webhooks: WebhookSender;
  readonly webhookClient: WebhookClient;
  /** Decides which statuses are left out. */
  readonly chance: RandomSource;
  webhookUrl: string | null;
  /** API calls since the start or the last reset, refused ones included. */
  requestCount: number;
}

export function createSimulation(options: ResolvedOptions): Simulation {
  const timers = createTimers(options.clock);
  const webhookClient = createWebhookClient();
  const simulation: Simulation = {
    ...createBusinessAccount(options),
    options,
    ledger: createLedger(),
    faults: createFaultQueue(),
    maintenance: createMaintenance(),
    timers,
    webhookClient,
    webhooks: createWebhookSender({
      client: webhookClient,
      timers,
      random: createRandomSource(options.seed, "webhooks"),
      delivery: options.webhookDelivery,
      retryGapsMs: retryGaps(options.webhookRetryDelaysMs),
      apps: () => subscribedApps(simulation),
    }),
    chance: createRandomSource(options.seed, "statuses"),
    webhookUrl: options.webhookUrl,
    requestCount: 0,
  };
  return simulation;
}

/** Every app that gets webhooks, the one under test first. */
export function subscribedApps({ options, webhookUrl }: Simulation): readonly SubscribedApp[] {
  const { appSecret, otherApps } = options;
  return webhookUrl === null ? otherApps : [{ webhookUrl, appSecret }, ...otherApps];
}

/** Forgets messages, replies, faults, counts and changes of templates, and cancels what is on its way. */
export function resetSimulation(simulation: Simulation): void {
  simulation.webhooks.cancel();
  simulation.timers.cancelAll();
  simulation.faults.clear();
  simulation.maintenance.clear();
  simulation.requestCount = 0;
  simulation.ledger.clear();
  clearBusinessAccount(simulation, simulation.options);
}
