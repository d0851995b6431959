import type { RandomSource } from "../random-source.js";
import { createLanes } from "./lanes.js";
import { mergeWebhooks } from "./merge-webhooks.js";
import { drawTravel, type Travel } from "./travel.js";
import { createWebhookBatcher } from "./webhook-batcher.js";
import { webhookBody } from "./webhook-body.js";
import type { ResolvedWebhookDelivery } from "./webhook-delivery.js";
import { createWebhookLog, type WebhookLog } from "./webhook-log.js";
import type { WebhookPayload } from "./webhook-payload.js";
import { createWebhookPoster, type WebhookPosterOptions } from "./webhook-poster.js";

export interface WebhookSender {
  /**
   * Posts `payload`, after all earlier ones of the same `lane` unless reordering was asked for. Never throws.
   * Resolves once it was answered with 200, given up or cancelled.
   */
  send(lane: string, payload: WebhookPayload): Promise<void>;
  readonly log: WebhookLog;
  /** Resolves once no post is on its way. Retries that wait for the clock do not count. */
  settled(): Promise<void>;
  /** Drops what is on its way or waiting, and starts counting anew. */
  cancel(): void;
}

export interface WebhookSenderOptions extends WebhookPosterOptions {
  readonly random: RandomSource;
  readonly delivery: ResolvedWebhookDelivery;
}

interface Parcel {
  readonly body: Buffer;
  readonly travel: Travel;
  readonly signal: AbortSignal;
}

export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const { timers, delivery, random, apps } = options;
  const poster = createWebhookPoster(options);
  const lanes = createLanes();
  const log = createWebhookLog();
  let cancellation = new AbortController();

  const batcher = createWebhookBatcher({
    size: delivery.batchSize,
    waitMs: delivery.batchWaitMs,
    timers,
    dispatch(lane, payloads) {
      const { signal } = cancellation;
      const body = webhookBody(mergeWebhooks(payloads));
      const travel = drawTravel(delivery, random);
      const run = () => deliver({ body, travel, signal });
      return travel.isReordered ? run() : lanes.run(lane, run);
    },
  });

  async function deliver({ body, travel, signal }: Parcel): Promise<void> {
    if (travel.waitMs > 0) await timers.wait(travel.waitMs);
    if (apps().length === 0 || signal.aborted) return;
    const posting = { body, record: log.open(body.toString("latin1")), signal };
    const isReceived = await poster.postUntilReceived(posting);
    // The second copy is not repeated: whoever took the first has everything.
    if (isReceived && travel.isDoubled) await poster.postToAll(posting);
  }

  return {
    send: (lane, payload) => batcher.add(lane, payload),
    log,
    settled: () => poster.settled(),
    cancel() {
      cancellation.abort();
      cancellation = new AbortController();
      batcher.clear();
      lanes.clear();
      log.clear();
    },
  };
}
