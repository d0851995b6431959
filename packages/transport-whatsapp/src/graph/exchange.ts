import type { Dispatcher } from "undici";
import type { Headers } from "./retry-after.js";
import { noAnswer, notReached, reasonOf } from "./transport-failure.js";

/** One answer, whole. */
export interface Answer {
  readonly httpStatus: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface ExchangeLimits {
  readonly signal: AbortSignal;
  /** From now to the last byte of the answer, in ms. */
  readonly timeoutMs: number;
}

/**
 * Sends one request and reads its answer, never twice.
 * @throws {DeliveryError} `retry` while not one byte has left, `uncertain` from then on.
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  limits: ExchangeLimits,
): Promise<Answer> {
  if (limits.signal.aborted) return Promise.reject(notReached("aborted"));
  return new Promise((resolve, reject) => {
    dispatcher.dispatch(request, new Exchange(resolve, reject, limits));
  });
}

/**
 * undici's leanest interface: its `request` costs half as much again, `fetch` eight times as much. A plain timer and
 * one listener stand in for `AbortSignal.any`, for the same reason.
 */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: Error) => void;
  readonly #signal: AbortSignal;
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
    { signal, timeoutMs }: ExchangeLimits,
  ) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#signal = signal;
    // A turn first: after a blocked event loop the answer may be there, and not be read yet.
    const giveUp = () => setImmediate(() => this.#stop(`no end within ${timeoutMs} ms`));
    this.#timer = setTimeout(giveUp, timeoutMs);
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
    this.#fail(reasonOf(error));
  }

  readonly #onAbort = () => this.#stop("aborted");

  #stop(reason: string): void {
    if (this.#settled) return;
    this.#fail(reason);
    this.#controller?.abort(new Error(reason));
  }

  #fail(reason: string): void {
    if (this.#settled) return;
    this.#settle();
    this.#reject(this.#flushed ? noAnswer(reason) : notReached(reason));
  }

  #settle(): void {
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#signal.removeEventListener("abort", this.#onAbort);
  }
}
