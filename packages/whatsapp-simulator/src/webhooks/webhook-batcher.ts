import type { Timers } from "../timers.js";
import type { WebhookPayload } from "./webhook-payload.js";

/** Gathers updates that will share one body. */
export interface WebhookBatcher {
  /** Resolves once the body with this update was answered with 200, given up or cancelled. */
  add(lane: string, payload: WebhookPayload): Promise<void>;
  /** Drops what still waits for company. */
  clear(): void;
}

export interface WebhookBatcherOptions {
  /** 1 passes every update on at once, in its own lane. */
  readonly size: number;
  readonly waitMs: number;
  readonly timers: Timers;
  readonly dispatch: (lane: string, payloads: readonly WebhookPayload[]) => Promise<void>;
}

interface Batch {
  readonly payloads: WebhookPayload[];
  /** False drops it. */
  readonly leave: (isWanted: boolean) => void;
  readonly told: Promise<void>;
}

export function createWebhookBatcher({
  size,
  waitMs,
  timers,
  dispatch,
}: WebhookBatcherOptions): WebhookBatcher {
  let open: Batch | null = null;

  function openBatch(): Batch {
    const payloads: WebhookPayload[] = [];
    const { promise: departure, resolve: leave } = Promise.withResolvers<boolean>();
    const told = departure.then((isWanted) => {
      // All batches share one lane, so that updates of one message stay in order.
      return isWanted ? dispatch("batches", payloads) : undefined;
    });
    const batch = { payloads, leave, told };
    void timers.wait(waitMs).then(() => close(batch));
    return batch;
  }

  /** Closing a second time does nothing, so a full batch need not stop its timer. */
  function close(batch: Batch): void {
    if (open === batch) open = null;
    batch.leave(true);
  }

  return {
    add(lane, payload) {
      if (size === 1) return dispatch(lane, [payload]);
      open ??= openBatch();
      const batch = open;
      batch.payloads.push(payload);
      if (batch.payloads.length === size) close(batch);
      return batch.told;
    },
    clear() {
      open?.leave(false);
      open = null;
    },
  };
}
