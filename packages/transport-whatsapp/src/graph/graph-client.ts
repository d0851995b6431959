import { Pool } from "undici";
import type { ParsedOptions } from "../parse-options.js";
import { askToken } from "./access-token.js";
import { connectAgain } from "./connect-again.js";
import { type Answer, exchange } from "./exchange.js";

const largestAnswer = 65_536;

/** The connection to the Graph API of one business number. */
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
  const { accessToken, graphVersion, phoneNumberId, baseUrl, timeoutMs } = options;
  const base = new URL(baseUrl);
  const path = `${base.pathname.replace(/\/$/, "")}/${graphVersion}/${encodeURIComponent(phoneNumberId)}/messages`;
  let pool: Pool | undefined;

  return {
    async post(message, signal) {
      const body = JSON.stringify(message);
      const limit = typeof accessToken === "string" ? signal : within(signal, timeoutMs);
      const token = typeof accessToken === "string" ? accessToken : await askToken(accessToken, limit);
      pool ??= open(base.origin, options);
      const current = pool;
      const headers = ["authorization", `Bearer ${token}`, "content-type", "application/json"];
      const request = { path, method: "POST", headers, body } as const;
      const post = () => exchange(current, request, { signal: limit, timeoutMs });
      return { answer: await connectAgain(post), token };
    },
    async close() {
      const closing = pool;
      pool = undefined;
      await closing?.close();
    },
  };
}

function open(origin: string, { connections, connectTimeoutMs }: ParsedOptions): Pool {
  return new Pool(origin, {
    connections,
    connect: { timeout: connectTimeoutMs },
    // On HTTP/1.1 a request is alone on its connection, so whether its bytes have left is never in doubt.
    allowH2: false,
    // The exchange has one deadline for everything.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: largestAnswer,
  });
}

function within(signal: AbortSignal, timeoutMs: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
}
