import { Pool } from "undici";

/** Posts messages to the provider: the same hands for everybody who is measured. */
export interface HttpSender {
  /** Returns the provider's id. @throws {Error} The provider refused, or was not reached. */
  send(message: { readonly to: string; readonly text: string }, signal?: AbortSignal): Promise<string>;
  close(): Promise<void>;
}

/** @param inFlight - So many connections are kept open. */
export function httpSender(providerUrl: string, inFlight: number): HttpSender {
  const pool = new Pool(providerUrl, { connections: inFlight });
  return {
    async send(message, signal) {
      const { statusCode, body } = await pool.request({
        ...{ method: "POST", path: "/", body: JSON.stringify(message) },
        headers: { "content-type": "application/json" },
        ...(signal && { signal }),
      });
      const answer = (await body.json()) as { readonly id: string };
      if (statusCode !== 200) throw new Error(`The provider answered ${statusCode}.`);
      return answer.id;
    },
    close: () => pool.close(),
  };
}
