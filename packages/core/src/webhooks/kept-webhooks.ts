import { Deadline } from "../dispatch/deadline.js";
import type { Pauses } from "../dispatch/pauses.js";
import type { WebhookNews } from "../ports/webhook-news.js";
import type { KeptWebhook } from "../ports/webhook-store.js";
import type { Runtime } from "../runtime.js";
import { applyNews } from "./apply-news.js";

/** Longer than any body takes; a process that died over one is followed by another after this time. */
const leaseMs = 60_000;

/** Bodies in one claim; more are left to the next round of the same sweep. */
const batchSize = 10;

/** What nobody has looked at for a week, nobody will. */
const asideForMs = 7 * 86_400_000;

/** Webhooks that are answered as soon as they are safe, and dealt with afterwards. */
export class KeptWebhooks<Tx> {
  readonly #working = new Set<Promise<void>>();

  constructor(
    private readonly runtime: Runtime<Tx>,
    private readonly pauses: Pauses<Tx>,
  ) {}

  /** Resolves when the body is safe; it is dealt with after that. Rejects when the store does not keep it. */
  async take(webhook: KeptWebhook): Promise<void> {
    await this.runtime.storage.webhooks.keep(webhook);
    const { channel, hash } = webhook;
    const working = this.#claimAndApply({ hash, limit: 1 })
      .catch((err: unknown) =>
        this.runtime.logger.error({ err, channel, hash }, "a kept webhook waits for the next sweep"),
      )
      .then(() => void this.#working.delete(working));
    this.#working.add(working);
  }

  /** Deals with what other processes left behind. Rejects when the store cannot be reached. */
  async sweep(): Promise<void> {
    while ((await this.#claimAndApply({ limit: batchSize })) === batchSize);
    await this.runtime.storage.webhooks.forgetAside({ olderThanMs: asideForMs });
  }

  /** Resolves when this process has dealt with all that it took, and after `ms` at the latest. */
  async drain(ms: number): Promise<void> {
    if (this.#working.size === 0) return;
    const deadline = new Deadline(this.runtime.clock);
    deadline.setIn(ms);
    const count = this.#working.size;
    if ((await deadline.within(Promise.all(this.#working))) === "late")
      this.runtime.logger.warn({ count }, "webhooks that are kept are left to other processes");
    deadline.cancel();
  }

  async #claimAndApply(request: { readonly hash?: string; readonly limit: number }): Promise<number> {
    const claimed = await this.runtime.storage.webhooks.claim({ ...request, leaseMs });
    for (const webhook of claimed) await this.#apply(webhook);
    return claimed.length;
  }

  /** Never rejects: the bodies behind one that fails have their turn, and it comes again when its lease ends. */
  async #apply(webhook: KeptWebhook): Promise<void> {
    const { storage, logger } = this.runtime;
    const { channel, hash } = webhook;
    try {
      const news = this.#read(webhook);
      if (news === null) return;
      await applyNews(this.runtime, this.pauses, { channel, hash, news });
      await storage.webhooks.finish([{ channel, hash }]);
    } catch (err) {
      logger.error(
        { err, channel, hash },
        "a kept webhook could not be stored; it is tried again in a minute",
      );
    }
  }

  /** `null`: this process cannot; one that knows the channel will. */
  #read({ channel, hash, body }: KeptWebhook): WebhookNews | null {
    const transport = this.runtime.transports.get(channel);
    if (!transport?.rereadWebhook) {
      this.runtime.logger.warn(
        { channel, hash },
        "a kept webhook is of a channel that this process cannot read",
      );
      return null;
    }
    try {
      return transport.rereadWebhook(body);
    } catch {
      // What the error says may be a part of the body; both are kept, and neither is logged.
      const reason = "The transport failed when it read the body once more.";
      return { receipts: [], inbound: [], unread: [{ reason, body }] };
    }
  }
}
