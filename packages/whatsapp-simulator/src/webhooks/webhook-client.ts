import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

/** Calls to the host's webhook address. Kept apart from the global agents, so that closing leaves nothing open. */
export interface WebhookClient {
  /** The answer's status and at most 1,000 characters of its text. Redirects are not followed. */
  call(url: string, options: WebhookCall): Promise<{ readonly status: number; readonly text: string }>;
  close(): void;
}

export interface WebhookCall {
  readonly method: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal: AbortSignal;
}

/** Meta drops a slow receiver sooner; a person at a breakpoint is worth more patience. */
const timeoutMs = 20_000;

export function createWebhookClient(): WebhookClient {
  const http = new HttpAgent({ keepAlive: true, maxSockets: 16 });
  const https = new HttpsAgent({ keepAlive: true, maxSockets: 16 });
  return {
    call: (url, call) => send(new URL(url), call, { http, https }),
    close() {
      http.destroy();
      https.destroy();
    },
  };
}

function send(
  url: URL,
  { method, headers, body, signal }: WebhookCall,
  agents: { readonly http: HttpAgent; readonly https: HttpsAgent },
): Promise<{ status: number; text: string }> {
  const isSecure = url.protocol === "https:";
  return new Promise((resolve, reject) => {
    const request = (isSecure ? httpsRequest : httpRequest)(url, {
      method,
      agent: isSecure ? agents.https : agents.http,
      headers: {
        "user-agent": "facebookexternalua",
        ...headers,
        ...(body && { "content-length": body.length }),
      },
      signal,
      timeout: timeoutMs,
    });
    request.on("timeout", () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    request.on("error", reject);
    request.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        if (text.length < 1_000) text += chunk.slice(0, 1_000 - text.length);
      });
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.end(body);
  });
}
