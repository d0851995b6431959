import type { Timers } from "../timers.js";
import { postWebhook, type SubscribedApp } from "./post-webhook.js";
import type { WebhookClient } from "./webhook-client.js";
import type { WebhookRecord } from "./webhook-log.js";

/** One body on its way. */
export interface Posting {
  readonly body: Buffer;
  /** Where every attempt is written down. */
  readonly record: WebhookRecord;
  readonly signal: AbortSignal;
}

export interface WebhookPoster {
  /** Posts until every app has answered with 200, or the last retry has failed. True when it was received. */
  postUntilReceived(posting: Posting): Promise<boolean>;
  /** One attempt. True when every app has answered with 200. */
  postToAll(posting: Posting): Promise<boolean>;
  /** Resolves once no post is on its way. */
  settled(): Promise<void>;
}

export interface WebhookPosterOptions {
  readonly client: WebhookClient;
  readonly timers: Timers;
  /** Gaps in ms before each retry. */
  readonly retryGapsMs: readonly number[];
  /** Read before each post; every app gets every body. */
  readonly apps: () => readonly SubscribedApp[];
}

export function createWebhookPoster(options: WebhookPosterOptions): WebhookPoster {
  const { client, timers, retryGapsMs, apps } = options;
  const posts = new Set<Promise<unknown>>();

  async function post(app: SubscribedApp, { body, record, signal }: Posting): Promise<boolean> {
    const at = timers.now();
    const running = postWebhook(client, { body, app, signal });
    posts.add(running);
    const answer = await running;
    posts.delete(running);
    if (!signal.aborted) record.addPost({ url: app.webhookUrl, at, ...answer });
    return answer.problem === null;
  }

  /** A retry goes to every app again, also to those that answered with 200: Meta does not keep them apart. */
  async function postToAll(posting: Posting): Promise<boolean> {
    const received = await Promise.all(apps().map((app) => post(app, posting)));
    return received.every(Boolean);
  }

  async function postUntilReceived(posting: Posting): Promise<boolean> {
    const { record, signal } = posting;
    for (const gapMs of [0, ...retryGapsMs]) {
      if (gapMs > 0) await timers.wait(gapMs);
      if (apps().length === 0 || signal.aborted) return false;
      const isReceived = await postToAll(posting);
      if (signal.aborted) return false;
      if (isReceived) record.end("delivered");
      if (isReceived) return true;
    }
    record.end("abandoned");
    return false;
  }

  return { postUntilReceived, postToAll, settled: () => untilEmpty(posts) };
}

async function untilEmpty(posts: ReadonlySet<Promise<unknown>>): Promise<void> {
  do {
    await Promise.all(posts);
    // One turn of the event loop lets the next post of a lane begin.
    await new Promise((resolve) => setImmediate(resolve));
  } while (posts.size > 0);
}
