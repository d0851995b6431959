import type { Pool } from "undici";
import type { ParsedOptions } from "../parse-options.js";
import { askToken } from "./access-token.js";
import { connectAgain } from "./connect-again.js";
import { type Answer, exchange } from "./exchange.js";
import { graphPath, openPool } from "./graph-target.js";

const largestAnswer = 65_536;

/** Sends the messages of one business number. */
export interface GraphClient {
  /**
   * Posts one message. The token that it used comes back, so that no error repeats it.
   * @throws {DeliveryError} `retry` or `uncertain` when no answer came, `sender` when there is no token or no connection.
   */
  post(message: object, signal: AbortSignal): Promise<{ answer: Answer; token: string }>;
  /** Waits for what is on its way, and lets go of connections. A later message opens new ones. */
  close(): Promise<void>;
}

/** Opens nothing until the first message. */
export function graphClient(options: ParsedOptions): GraphClient {
  const { accessToken, phoneNumberId, timeoutMs, connections } = options;
  const path = graphPath(options, phoneNumberId, "messages");
  let pool: Pool | undefined;

  return {
    async post(message, signal) {
      const body = JSON.stringify(message);
      const startedAt = performance.now();
      const token =
        typeof accessToken === "string"
          ? accessToken
          : await askToken(accessToken, within(signal, timeoutMs));
      pool ??= openPool(options, { connections, largestAnswer });
      const current = pool;
      const headers = ["authorization", `Bearer ${token}`, "content-type", "application/json"];
      const request = { path, method: "POST", headers, body } as const;
      const post = () => exchange(current, request, { signal, timeoutMs, startedAt });
      return { answer: await connectAgain(post, timeoutMs), token };
    },
    async close() {
      const closing = pool;
      pool = undefined;
      await closing?.close();
    },
  };
}

function within(signal: AbortSignal, timeoutMs: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
}
