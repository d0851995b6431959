import { pauseDelay } from "../domain/next-step.js";
import type { Failure, Notification } from "../domain/notification.js";
import type { Pause, PauseScope } from "../ports/pause-store.js";
import type { Runtime } from "../runtime.js";

/** Other processes' pauses are noticed this late; our own at once. */
const maxAgeMs = 1_000;

/** What may be claimed at this moment. */
export interface Lanes {
  /** Channels that send freely. */
  readonly open: readonly string[];
  /** Channels whose pause has run out: one message at a time, until one succeeds. */
  readonly probing: readonly string[];
  readonly pausedTemplates: readonly { readonly channel: string; readonly template: string }[];
}

/** Stops and resumes sending for all processes. */
export class Pauses<Tx> {
  #known: readonly Pause[] = [];
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly runtime: Runtime<Tx>) {}

  async lanes(): Promise<Lanes> {
    const pauses = await this.#current();
    const wholeChannel = new Map(
      pauses.filter(({ template }) => template === null).map((pause) => [pause.channel, pause]),
    );
    const channels = [...this.runtime.transports.keys()];
    return {
      open: channels.filter((channel) => !wholeChannel.has(channel)),
      probing: channels.filter((channel) => wholeChannel.get(channel)?.holds === false),
      pausedTemplates: pauses.flatMap(({ channel, template, holds }) =>
        template !== null && holds ? [{ channel, template }] : [],
      ),
    };
  }

  /** A send failed for a reason that the next message would meet as well. */
  async pauseAfter(notification: Notification, failure: Failure, retryAfterMs: number | null): Promise<void> {
    const { storage, lifecycle, logger, policy } = this.runtime;
    const { channel } = notification;
    const template = failure.failureClass === "template" ? notification.template : null;
    const reason = `${failure.message} ${failure.hint}`;
    const first = await storage.pauses.pause({
      channel,
      template,
      reason,
      forMs: pauseDelay(retryAfterMs, policy),
    });
    this.#forget();
    if (!first) return;
    logger.error({ channel, template, code: failure.providerCode, hint: failure.hint }, "sending is paused");
    lifecycle.emit("channel.paused", { channel, template, reason });
  }

  /**
   * A message went through: whatever was paused for it works again. A pause that holds stays, because the message left
   * before it began. Returns whether any ended.
   */
  async resumeAfter({ channel, template }: Notification): Promise<boolean> {
    const lifted = this.#known.filter(
      (pause) =>
        !pause.holds && pause.channel === channel && (pause.template === null || pause.template === template),
    );
    for (const pause of lifted) await this.resume(pause);
    return lifted.length > 0;
  }

  async resume({ channel, template }: PauseScope): Promise<boolean> {
    const resumed = await this.runtime.storage.pauses.resume({ channel, template });
    this.#forget();
    if (resumed) {
      this.runtime.logger.info({ channel, template }, "sending has resumed");
      this.runtime.lifecycle.emit("channel.resumed", { channel, template });
    }
    return resumed;
  }

  async #current(): Promise<readonly Pause[]> {
    const now = this.runtime.clock.now().getTime();
    if (now - this.#readAt > maxAgeMs) {
      // Noted before the list is here: a pause that begins meanwhile makes it old at once.
      this.#readAt = now;
      this.#known = await this.#read();
    }
    return this.#known;
  }

  async #read(): Promise<readonly Pause[]> {
    try {
      return await this.runtime.storage.pauses.list();
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  #forget(): void {
    this.#readAt = Number.NEGATIVE_INFINITY;
  }
}
