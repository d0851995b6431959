import { withoutSecrets } from "../domain/foreign-words.js";
import type { Failure, Notification } from "../domain/notification.js";
import { pauseDelay } from "../domain/send-steps.js";
import type { Pause, PauseRequest, PauseScope } from "../ports/pause-store.js";
import type { Runtime } from "../runtime.js";
import { checkPauseByHand, type PauseByHand } from "./pause-by-hand.js";

/** Other processes' pauses are noticed this late; our own at once. */
const maxAgeMs = 1_000;

/** A channel, or one template of it, whose pause has run out: one message tells whether it works again. */
export interface ProbeScope extends PauseScope {
  /** Why it was paused, when it was looked at. */
  readonly reason: string;
  /** Templates that even a probe leaves alone. */
  readonly pausedTemplates: Lanes["pausedTemplates"];
}

type NewPause = Pick<PauseRequest, "reason" | "forMs">;

/** What may be claimed at this moment. */
export interface Lanes {
  /** Channels that send freely. */
  readonly open: readonly string[];
  /** Nothing else is claimed in these scopes until a probe succeeds. */
  readonly probing: readonly ProbeScope[];
  readonly pausedTemplates: readonly { readonly channel: string; readonly template: string }[];
}

/** Stops and resumes sending for all processes. */
export class Pauses<Tx> {
  #known: readonly Pause[] = [];
  #readAt = Number.NEGATIVE_INFINITY;
  /** The pauses that this process began, or is about to begin. */
  readonly #stored = new Map<string, { readonly until: number; readonly done: Promise<void> }>();

  constructor(private readonly runtime: Runtime<Tx>) {}

  async lanes(): Promise<Lanes> {
    const channels = [...this.runtime.transports.keys()];
    const pauses = (await this.#current()).filter(({ channel }) => channels.includes(channel));
    const paused = new Set(pauses.flatMap(({ channel, template }) => (template === null ? channel : [])));
    // A template of a paused channel waits for the channel first, and may be all that there is to probe the channel with.
    const isProbed = ({ channel, template, holds }: Pause) =>
      !holds && (template === null || !paused.has(channel));
    const holding = templatesOf(pauses.filter(({ holds }) => holds));
    return {
      open: channels.filter((channel) => !paused.has(channel)),
      probing: pauses
        .filter(isProbed)
        .map(({ channel, template, reason }) => ({ channel, template, reason, pausedTemplates: holding })),
      pausedTemplates: templatesOf(pauses),
    };
  }

  /** A send failed for a reason that the next message would meet as well; `probe`: it was to end this pause. */
  async pauseAfter(
    notification: Notification,
    failure: Failure,
    retryAfterMs: number | null,
    probe: ProbeScope | null = null,
  ): Promise<void> {
    const forMs = pauseDelay(retryAfterMs, this.runtime.policyOf(notification.template));
    const template = failure.failureClass === "template" ? notification.template : null;
    const scope = { channel: notification.channel, template };
    const until = this.runtime.clock.now().getTime() + forMs;
    const ours = this.#stored.get(keyOf(scope));
    // Sends that were in flight together fail together: one write stands for all of them.
    if (ours && ours.until >= until - maxAgeMs) return ours.done;
    // Everybody reads a pause's reason; whom the failed message went to is nobody's business there.
    const clean = withoutSecrets(notification);
    const { providerCode } = failure;
    const hint = clean(failure.hint);
    const pause = { reason: `${clean(failure.message)} ${hint}`, forMs };
    const done = this.#storeUnlessLonger(scope, pause, { providerCode, hint }, probe);
    this.#stored.set(keyOf(scope), { until, done });
    await done;
  }

  /** The provider says of itself that sending on a channel cannot work for a while. */
  async pauseChannel(
    channel: string,
    pause: NewPause,
    said: Pick<Failure, "providerCode" | "hint">,
  ): Promise<void> {
    await this.#storeUnlessLonger({ channel, template: null }, pause, said, null);
  }

  /** A person wants nothing sent for a while. */
  async pause(request: PauseByHand): Promise<void> {
    const { channel, template, reason } = request;
    const forMs = checkPauseByHand(request, this.runtime);
    await this.#store({ channel, template }, { reason, forMs }, { providerCode: null, hint: reason });
  }

  /** Whether this process is the one that sends the message; nobody else does for `forMs`. */
  async takeProbe(scope: ProbeScope, forMs: number): Promise<boolean> {
    const taken = await this.runtime.storage.pauses.takeProbe(scope, { forMs });
    this.#forget(scope);
    return taken;
  }

  /** A probe went through. A pause for another reason than the one that it was sent for stays: a person may have begun it. */
  async resumeAfter({ channel, template, reason }: ProbeScope): Promise<boolean> {
    const pause = await this.#standing({ channel, template });
    return pause?.reason === reason && this.resume({ channel, template });
  }

  /** Ends a pause, whatever it is for. */
  async resume({ channel, template }: PauseScope): Promise<boolean> {
    const { storage, lifecycle, logger } = this.runtime;
    const resumed = await storage.pauses.resume({ channel, template });
    this.#forget({ channel, template });
    if (!resumed) return false;
    logger.info({ channel, template }, "sending has resumed");
    if (template === null) lifecycle.emit("channel.resumed", { channel });
    else lifecycle.emit("template.resumed", { channel, template });
    return true;
  }

  /** Whoever holds everything back until tomorrow must not be overruled by a fault that lasts for five seconds. */
  async #storeUnlessLonger(
    scope: PauseScope,
    pause: NewPause,
    said: Pick<Failure, "providerCode" | "hint">,
    probe: ProbeScope | null,
  ): Promise<void> {
    const standing = await this.#standing(scope);
    const until = this.runtime.clock.now().getTime() + pause.forMs;
    // A probe prolonged its own pause for as long as its answer might take.
    const isProbes = standing?.reason === probe?.reason;
    if (standing?.holds && !isProbes && standing.until.getTime() > until) return;
    await this.#store(scope, pause, said);
  }

  async #standing({ channel, template }: PauseScope): Promise<Pause | undefined> {
    this.#readAt = Number.NEGATIVE_INFINITY;
    const pauses = await this.#current();
    return pauses.find((pause) => pause.channel === channel && pause.template === template);
  }

  async #store(
    scope: PauseScope,
    pause: NewPause,
    said: Pick<Failure, "providerCode" | "hint">,
  ): Promise<void> {
    const { storage } = this.runtime;
    try {
      const first = await storage.pauses.pause({ ...scope, ...pause });
      if (first) this.#tellPaused(scope, pause, said);
    } catch (error) {
      this.#stored.delete(keyOf(scope));
      throw error;
    } finally {
      this.#readAt = Number.NEGATIVE_INFINITY;
    }
  }

  #tellPaused(
    { channel, template }: PauseScope,
    pause: NewPause,
    { providerCode: code, hint }: Pick<Failure, "providerCode" | "hint">,
  ): void {
    const { lifecycle, logger, telemetry } = this.runtime;
    logger.error({ channel, template, code, hint }, "sending is paused");
    telemetry.count("pauses", 1, { channel, ...(template !== null && { template }) });
    if (template === null) lifecycle.emit("channel.paused", { channel, ...pause });
    else lifecycle.emit("template.paused", { channel, template, ...pause });
  }

  async #current(): Promise<readonly Pause[]> {
    const now = this.runtime.clock.now().getTime();
    // A clock that was set back makes the list old, too.
    if (Math.abs(now - this.#readAt) > maxAgeMs) {
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
      this.#readAt = Number.NEGATIVE_INFINITY;
      throw error;
    }
  }

  #forget(scope: PauseScope): void {
    this.#stored.delete(keyOf(scope));
    this.#readAt = Number.NEGATIVE_INFINITY;
  }
}

function templatesOf(pauses: readonly Pause[]): Lanes["pausedTemplates"] {
  return pauses.flatMap(({ channel, template }) => (template === null ? [] : { channel, template }));
}

function keyOf({ channel, template }: PauseScope): string {
  return JSON.stringify([channel, template]);
}
