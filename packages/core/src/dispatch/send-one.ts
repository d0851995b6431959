import type { JsonObject } from "../domain/json.js";
import type { Refusal } from "../domain/life-event.js";
import type { Failure, Notification } from "../domain/notification.js";
import { unusableName } from "../domain/storable-text.js";
import { DeliveryError } from "../errors/delivery-error.js";
import type { Clock } from "../ports/clock.js";
import type { SendResult, Transport } from "../ports/transport.js";
import { failureOf, storableFailure } from "./failure-of.js";

export type SendOutcome = { readonly durationMs: number } & (
  | { readonly type: "accepted"; readonly providerMessageId: string | null; readonly held: Failure | null }
  | ({ readonly type: "refused" } & Refusal)
  /** Not even tried. */
  | { readonly type: "unsent"; readonly failure: Failure }
);

export interface SendOneRequest {
  readonly notification: Notification;
  readonly attemptId: string;
  /** What the transport decided about its form. */
  readonly route: JsonObject | null;
  readonly transport: Transport<string, unknown>;
  readonly timeoutMs: number;
  /** Aborts when the process gives up waiting for sends. */
  readonly stopping: AbortSignal;
  readonly clock: Clock;
}

/** Asks the transport once. Never rejects, and always ends by the timeout, even if the transport does not. */
export async function sendOne(request: SendOneRequest): Promise<SendOutcome> {
  const startedAt = request.clock.monotonicMs();
  const duration = () => Math.round(request.clock.monotonicMs() - startedAt);
  try {
    const { providerMessageId, held } = await withDeadline(request);
    return {
      type: "accepted",
      providerMessageId: storableId(providerMessageId),
      held: held ? storableFailure({ ...held, failureClass: "uncertain" }) : null,
      durationMs: duration(),
    };
  } catch (error) {
    return { type: "refused", ...failureOf(error), durationMs: duration() };
  }
}

/** The process stood still for so long that its claim may be another worker's by now. */
export const stoodStill: SendOutcome = {
  type: "unsent",
  failure: {
    failureClass: "retry",
    providerCode: null,
    message: "The process stood still after it had claimed this notification, and did not send it.",
    hint: "Nothing to do: it is claimed again by itself. If it happens often, find what blocks the event loop.",
  },
  durationMs: 0,
};

/** An id that no database keeps counts as none: its receipts are left out for the same reason. */
function storableId(providerMessageId: string | null): string | null {
  return unusableName(providerMessageId) === null ? providerMessageId : null;
}

async function withDeadline({
  notification,
  attemptId,
  route,
  transport,
  timeoutMs,
  stopping,
  clock,
}: SendOneRequest): Promise<SendResult> {
  const { id, address, template, templateVersion, content } = notification;
  const deadline = new AbortController();
  const message = {
    attemptId,
    notificationId: id,
    to: address,
    template: { name: template, version: templateVersion },
    content,
    route,
  };
  const givenUp = Promise.withResolvers<never>();
  // A transport that heeds the signal knows whether bytes left; one that does not is answered for here.
  const giveUp = (reason: string) => {
    timer.cancel();
    timer = clock.setTimer(() => givenUp.reject(unanswered(reason)), abortGraceMs);
  };
  const stop = () => {
    giveUp("The process stopped before the provider answered.");
    deadline.abort();
  };
  let timer = clock.setTimer(() => {
    giveUp(`The provider did not answer within ${timeoutMs} ms.`);
    // A turn first: after a blocked event loop the answer may be there, and not be read yet.
    setImmediate(() => setImmediate(() => deadline.abort()));
  }, timeoutMs);
  stopping.addEventListener("abort", stop, { once: true });
  if (stopping.aborted) stop();
  try {
    return await Promise.race([transport.send(message, { signal: deadline.signal }), givenUp.promise]);
  } finally {
    timer.cancel();
    stopping.removeEventListener("abort", stop);
  }
}

/** How long an aborted transport has to say what it knows. */
const abortGraceMs = 250;

function unanswered(reason: string): DeliveryError {
  return new DeliveryError(reason, {
    failureClass: "uncertain",
    hint: "Nothing to do: a delivery receipt settles it, or else its onUncertain policy does.",
  });
}
