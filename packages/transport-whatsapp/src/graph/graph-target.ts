import { buildConnector, Pool } from "undici";
import type { ParsedOptions } from "../parse-options.js";
import { limitAnswers } from "./limit-answers.js";

/** The path of a node or an edge of the Graph API, without a query. */
export function graphPath({ baseUrl, graphVersion }: ParsedOptions, ...parts: readonly string[]): string {
  const base = new URL(baseUrl).pathname.replace(/\/$/, "");
  return [base, graphVersion, ...parts.map(encodeURIComponent)].join("/");
}

export interface PoolLimits {
  readonly connections: number;
  /** Longer answers are broken off. In bytes. */
  readonly largestAnswer: number;
}

/** Connects to nothing until the first request. */
export function openPool(options: ParsedOptions, { connections, largestAnswer }: PoolLimits): Pool {
  return new Pool(new URL(options.baseUrl).origin, {
    connections,
    connect: limitedConnector(options.connectTimeoutMs, largestAnswer),
    // The exchange has one deadline for everything.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: largestAnswer,
  });
}

function limitedConnector(timeout: number, largestAnswer: number): buildConnector.connector {
  // On HTTP/1.1 a request is alone on its connection, so whether its bytes have left is never in doubt.
  const connect = buildConnector({ timeout, allowH2: false });
  return (options, callback) =>
    connect(options, (...result) => {
      const [, socket] = result;
      if (socket) limitAnswers(socket, largestAnswer);
      callback(...result);
    });
}
