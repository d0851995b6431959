import type { DeliveryError } from "@callboard/core/adapter";
import type { Dispatcher } from "undici";
import type { Headers } from "./retry-after.js";
import { noAnswer, noConnection, notReached, reasonOf } from "./transport-failure.js";

/** One answer, whole. */
export interface Answer {
  readonly httpStatus: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface ExchangeLimits {
  readonly signal: AbortSignal;
  /** From the beginning of the call to the last byte of the answer, in ms. */
  readonly timeoutMs: number;
  /** When the call began, by `performance.now()`. @default now */
  readonly startedAt?: number;
  /** What an answer that does not come means. @default the message may be on its way: `uncertain` */
  readonly unanswered?: (reason: string) => DeliveryError;
}

/**
 * Sends one request and reads its answer, never twice.
 * @throws {DeliveryError} `sender` when no connection comes about, `retry` when the signal or the time ends it before a
 * byte has left, and what `unanswered` says from then on.
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  limits: ExchangeLimits,
): Promise<Answer> {
  const { signal, timeoutMs, startedAt = performance.now() } = limits;
  const leftMs = timeoutMs - (performance.now() - startedAt);
  if (signal.aborted) return Promise.reject(notReached("aborted"));
  if (leftMs <= 0) return Promise.reject(notReached(noEnd(timeoutMs)));
  return new Promise((resolve, reject) => {
    dispatcher.dispatch(request, new Exchange(resolve, reject, limits, leftMs));
  });
}

/** A pool that is closed opens no connections, which says nothing about the way to Meta. */
const poolClosed = new Set(["UND_ERR_CLOSED", "UND_ERR_DESTROYED"]);

/**
 * undici's leanest interface: its `request` costs half as much again, `fetch` eight times as much. A plain timer and
 * one listener stand in for `AbortSignal.any`, for the same reason.
 */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: Error) => void;
  readonly #signal: AbortSignal;
  readonly #unanswered: (reason: string) => DeliveryError;
  readonly #timer: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | null = null;
  #flushed = false;
  #settled = false;
  #httpStatus = 0;
  #headers: Headers = {};
  #chunks: Buffer[] = [];

  constructor(
    resolve: (answer: Answer) => void,
    reject: (error: Error) => void,
    { signal, timeoutMs, unanswered = noAnswer }: ExchangeLimits,
    leftMs: number,
  ) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#signal = signal;
    this.#unanswered = unanswered;
    // A turn first: after a blocked event loop the answer may be there, and not be read yet.
    const giveUp = () => setImmediate(() => this.#stop(noEnd(timeoutMs)));
    this.#timer = setTimeout(giveUp, leftMs);
    signal.addEventListener("abort", this.#onAbort);
  }

  /** undici calls it in the same tick in which it hands the request to the socket. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Thrown, not aborted: an abort would also close the connection that was about to be used.
    if (this.#settled) throw new Error("The exchange was given up while it waited for a connection.");
    this.#controller = controller;
  }

  onRequestSent(): void {
    this.#flushed = true;
  }

  onResponseStart(_: Dispatcher.DispatchController, httpStatus: number, headers: Headers): void {
    this.#httpStatus = httpStatus;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first, ...more] = this.#chunks;
    const whole = first !== undefined && more.length > 0 ? Buffer.concat(this.#chunks) : first;
    this.#settle();
    const answer = { httpStatus: this.#httpStatus, headers: this.#headers, text: whole?.toString() ?? "" };
    // undici frees the connection one turn from now. A caller who sends again before that would open another one.
    queueMicrotask(() => setImmediate(this.#resolve, answer));
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    const reason = reasonOf(error);
    // undici begins a request as soon as it has a connection for it.
    const isConnected = this.#controller !== null || poolClosed.has(reason);
    this.#fail(reason, isConnected ? notReached : noConnection);
  }

  readonly #onAbort = () => this.#stop("aborted");

  #stop(reason: string): void {
    if (this.#settled) return;
    this.#fail(reason);
    this.#controller?.abort(new Error(reason));
  }

  #fail(reason: string, unsent = notReached): void {
    if (this.#settled) return;
    this.#settle();
    this.#reject(this.#flushed ? this.#unanswered(reason) : unsent(reason));
  }

  #settle(): void {
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#signal.removeEventListener("abort", this.#onAbort);
  }
}

function noEnd(timeoutMs: number): string {
  return `no end within ${timeoutMs} ms`;
}
