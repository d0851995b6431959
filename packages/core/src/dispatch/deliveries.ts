import type { LifeEvent } from "../domain/life-event.js";
import type { AttemptResult } from "../ports/notification-store.js";
import type { Runtime } from "../runtime.js";
import { noteRefusal } from "../templates/note-refusal.js";
import type { DispatchOptions } from "./dispatch-options.js";
import { type Held, stepOfHeld } from "./held.js";
import type { Pauses } from "./pauses.js";
import { Recorder } from "./recorder.js";
import { sendInSpan } from "./send-in-span.js";
import { type SendOutcome, sendOne } from "./send-one.js";

/** How long after the sends the process waits for the store to take their results. */
const recordingMs = 2_000;

/** The single sends: asks the transport, steers the engine by the answer, and has it recorded. */
export class Deliveries<Tx> {
  readonly #recorder: Recorder<Tx>;
  readonly #abortSends = new AbortController();
  readonly #giveUpRecording = new AbortController();

  constructor(
    private readonly runtime: Runtime<Tx>,
    private readonly pauses: Pauses<Tx>,
    private readonly options: DispatchOptions,
  ) {
    this.#recorder = new Recorder(runtime, pauses, this.#giveUpRecording.signal);
  }

  /** Aborts sends that take longer than this, and then, soon after, the recording of results. */
  giveUpAfter(drainMs: number): { cancel(): void } {
    const { clock } = this.runtime;
    const timers = [
      clock.setTimer(() => this.#abortSends.abort(), drainMs),
      clock.setTimer(() => this.#giveUpRecording.abort(), drainMs + recordingMs),
    ];
    return {
      cancel() {
        for (const timer of timers) timer.cancel();
      },
    };
  }

  send(held: Held): Promise<SendOutcome> {
    const { notification, attemptId, route } = held;
    const transport = this.runtime.transports.get(notification.channel);
    // Rows are claimed by the names of these very transports.
    if (!transport) throw new Error(`claimed a row of unknown channel ${notification.channel}`);
    const { clock } = this.runtime;
    const { sendTimeoutMs: timeoutMs } = this.options;
    const stopping = this.#abortSends.signal;
    return sendInSpan(this.runtime, held, () =>
      sendOne({
        notification,
        attemptId,
        route: route?.route ?? null,
        transport,
        timeoutMs,
        stopping,
        clock,
      }),
    );
  }

  /** Returns whether more is due now than before, because a pause ended. */
  async finish(held: Held, outcome: SendOutcome): Promise<boolean> {
    const resumed = await this.#steer(held, outcome).catch((err: unknown) => {
      const { id: notificationId } = held.notification;
      this.runtime.logger.error({ err, notificationId }, "a pause could not be stored");
      return false;
    });
    await this.#recorder.add(this.#resultOf(held, outcome));
    return resumed;
  }

  async #steer({ notification, probe, route }: Held, outcome: SendOutcome): Promise<boolean> {
    const failureClass = outcome.type === "refused" ? outcome.failure.failureClass : null;
    if (outcome.type === "refused" && (failureClass === "sender" || failureClass === "template")) {
      const { failure, retryAfterMs } = outcome;
      const sentAs = route?.template ?? null;
      // The next message goes out in another form: nothing need be paused.
      if (!(await noteRefusal(this.runtime, { notification, failure, sentAs })))
        await this.pauses.pauseAfter(notification, failure, retryAfterMs, probe);
    }
    // Whoever judges the person or the message takes messages again.
    const works = outcome.type === "accepted" || failureClass?.startsWith("permanent-");
    return probe !== null && works ? this.pauses.resumeAfter(probe) : false;
  }

  #resultOf({ notification, leaseToken, attemptId }: Held, outcome: SendOutcome): AttemptResult {
    const { failureClass, providerCode, message } = failureIn(outcome);
    return {
      attemptId,
      notificationId: notification.id,
      leaseToken,
      outcome: failureClass ?? "accepted",
      providerMessageId: outcome.type === "accepted" ? outcome.providerMessageId : null,
      providerCode,
      message,
      durationMs: outcome.durationMs,
      transition: stepOfHeld(this.runtime, notification, eventOf(outcome)),
    };
  }
}

function failureIn(outcome: SendOutcome) {
  return outcome.type === "accepted"
    ? { failureClass: null, providerCode: null, message: null }
    : outcome.failure;
}

function eventOf(outcome: SendOutcome): LifeEvent {
  // Nobody was asked, so no attempt is spent.
  return outcome.type === "unsent" ? { type: "postponed", delayMs: 0 } : outcome;
}
