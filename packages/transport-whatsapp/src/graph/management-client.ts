import { DeliveryError } from "@callboard/core/adapter";
import pRetry from "p-retry";
import type { Pool } from "undici";
import { asFields, type Fields, parseJson } from "../narrow.js";
import type { ParsedOptions } from "../parse-options.js";
import { askToken } from "./access-token.js";
import { callBudget } from "./call-budget.js";
import { connectAgain } from "./connect-again.js";
import { type Answer, exchange } from "./exchange.js";
import { graphPath, openPool } from "./graph-target.js";
import { lostChange, lostRead, managementRefusal } from "./management-failure.js";

/** One call about the account's templates. */
export interface ManagementCall {
  readonly method: "GET" | "POST";
  /** The parts of the path behind the version. */
  readonly path: readonly string[];
  /** @default none */
  readonly query?: Readonly<Record<string, string>>;
  /** @default none */
  readonly body?: object;
}

export interface CallOptions {
  readonly now: Date;
  readonly signal?: AbortSignal | undefined;
}

/** Asks the Graph API about the account's templates, and changes them. */
export interface ManagementClient {
  /**
   * A read that fails in passing is tried up to twice more; a change only while not one byte of it has left.
   * @returns The body of the answer.
   * @throws {DeliveryError} Meta refused, did not answer, or the account's calls are nearly used up.
   */
  call(call: ManagementCall, options: CallOptions): Promise<Fields>;
  /** Lets go of connections. A later call opens new ones. */
  close(): Promise<void>;
}

// A page of 100 templates, with every text and example at its longest, stays below.
const largestAnswer = 4 * 1_048_576;

/** Opens nothing until the first call. Its connections are its own, so that no long list delays a message. */
export function managementClient(options: ParsedOptions): ManagementClient {
  const budget = callBudget();
  let pool: Pool | undefined;

  return {
    async call(call, { now, signal = new AbortController().signal }) {
      budget.check(now);
      pool ??= openPool(options, { connections: 2, largestAnswer });
      const current = pool;
      const ask = async () => {
        const { answer, token } = await exchangeCall(options, current, call, signal);
        budget.note(answer.headers, now);
        return readBody(call, answer, token);
      };
      try {
        return await (call.method === "GET" ? inPassing(ask, signal) : ask());
      } catch (error) {
        budget.noteRefusal(error, now);
        throw error;
      }
    },
    async close() {
      const closing = pool;
      pool = undefined;
      await closing?.close();
    },
  };
}

async function exchangeCall(options: ParsedOptions, pool: Pool, call: ManagementCall, signal: AbortSignal) {
  const { accessToken, timeoutMs } = options;
  const startedAt = performance.now();
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const token = typeof accessToken === "string" ? accessToken : await askToken(accessToken, limit);
  const query = call.query === undefined ? "" : `?${new URLSearchParams(call.query)}`;
  const request = {
    path: graphPath(options, ...call.path) + query,
    method: call.method,
    headers: ["authorization", `Bearer ${token}`, "content-type", "application/json"],
    body: call.body === undefined ? null : JSON.stringify(call.body),
  };
  const unanswered = call.method === "GET" ? lostRead : lostChange;
  const ask = () => exchange(pool, request, { signal, timeoutMs, startedAt, unanswered });
  return { answer: await connectAgain(ask, timeoutMs), token };
}

function readBody({ method }: ManagementCall, answer: Answer, token: string): Fields {
  const body = asFields(parseJson(answer.text));
  const isGood = answer.httpStatus >= 200 && answer.httpStatus < 300 && body?.error === undefined;
  if (isGood && body !== null) return body;
  throw managementRefusal({ ...answer, body, withheld: [token] }, method === "GET" ? lostRead : lostChange);
}

/** Reads once more what failed for a reason that passes. */
function inPassing<Result>(read: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  const passes = (error: unknown) =>
    DeliveryError.is(error) &&
    error.failureClass === "retry" &&
    error.retryAfterMs === null &&
    !signal.aborted;
  return pRetry(read, { retries: 2, minTimeout: 250, shouldRetry: ({ error }) => passes(error) });
}
