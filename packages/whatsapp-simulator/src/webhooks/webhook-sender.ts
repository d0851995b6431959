import type { Timers } from "../timers.js";
import { createLanes } from "./lanes.js";
import { webhookBody, webhookSignature } from "./webhook-body.js";
import type { WebhookClient } from "./webhook-client.js";

/** How webhooks fared since the start or the last reset. */
export interface WebhookReport {
  /** Answered with 200. */
  readonly delivered: number;
  /** Posts that were refused or met nobody, retried ones included. */
  readonly refused: number;
  /** Given up after the last retry. */
  readonly abandoned: number;
  /** Why the latest post failed, or null when the latest one was answered with 200. */
  readonly problem: string | null;
}

export interface WebhookSender {
  /**
   * Posts `payload`, after all earlier ones of the same `lane`. Never throws.
   * Resolves once it was answered with 200, given up or cancelled.
   */
  send(lane: string, payload: unknown): Promise<void>;
  report(): WebhookReport;
  /** Resolves once no post is on its way. Retries that wait for the clock do not count. */
  settled(): Promise<void>;
  /** Drops what is on its way or waiting, and starts counting anew. */
  cancel(): void;
}

export interface WebhookSenderOptions {
  readonly client: WebhookClient;
  readonly timers: Timers;
  readonly appSecret: string;
  readonly retryDelaysMs: readonly number[];
  /** Read before each post; null sends nothing. */
  readonly url: () => string | null;
}

const nothingYet: WebhookReport = { delivered: 0, refused: 0, abandoned: 0, problem: null };

export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const lanes = createLanes();
  const posts = new Set<Promise<unknown>>();
  let cancellation = new AbortController();
  let report = nothingYet;

  async function post(body: Buffer, url: string, signal: AbortSignal): Promise<string | null> {
    const running = postWebhook(options, { body, url, signal });
    posts.add(running);
    const problem = await running;
    posts.delete(running);
    if (!signal.aborted) report = counted(report, problem);
    return problem;
  }

  async function deliver(payload: unknown, signal: AbortSignal): Promise<void> {
    const body = webhookBody(payload);
    for (const gapMs of [0, ...options.retryDelaysMs]) {
      if (gapMs > 0) await options.timers.wait(gapMs);
      const url = options.url();
      if (url === null || signal.aborted) return;
      if ((await post(body, url, signal)) === null || signal.aborted) return;
    }
    report = { ...report, abandoned: report.abandoned + 1 };
  }

  return {
    send(lane, payload) {
      const { signal } = cancellation;
      return lanes.run(lane, () => deliver(payload, signal));
    },
    report: () => report,
    settled: () => untilEmpty(posts),
    cancel() {
      cancellation.abort();
      cancellation = new AbortController();
      lanes.clear();
      report = nothingYet;
    },
  };
}

function counted(report: WebhookReport, problem: string | null): WebhookReport {
  if (problem === null) return { ...report, delivered: report.delivered + 1, problem };
  return { ...report, refused: report.refused + 1, problem };
}

async function untilEmpty(posts: ReadonlySet<Promise<unknown>>): Promise<void> {
  do {
    await Promise.all(posts);
    // One turn of the event loop lets the next post of a lane begin.
    await new Promise((resolve) => setImmediate(resolve));
  } while (posts.size > 0);
}

/** Null when it was answered with 200, otherwise what went wrong. */
async function postWebhook(
  { client, appSecret }: WebhookSenderOptions,
  { body, url, signal }: { body: Buffer; url: string; signal: AbortSignal },
): Promise<string | null> {
  const headers = {
    "content-type": "application/json",
    "x-hub-signature-256": webhookSignature(body, appSecret),
  };
  try {
    const { status } = await client.call(url, { method: "POST", headers, body, signal });
    return status === 200 ? null : `answered ${status}`;
  } catch (error) {
    return describe(error);
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return "no answer";
  // A refused connection to "localhost" is an AggregateError with an empty message.
  return error.message || String((error as NodeJS.ErrnoException).code ?? error.name);
}
