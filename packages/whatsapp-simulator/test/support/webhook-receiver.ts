import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface ReceivedWebhook {
  readonly raw: Buffer;
  readonly headers: IncomingHttpHeaders;
  /** The whole body. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read deep into bodies of many shapes
  readonly body: any;
  /** `entry[0].changes[0].value` of the body. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read deep into bodies of many shapes
  readonly value: any;
}

export interface WebhookReceiver {
  readonly url: string;
  readonly received: ReceivedWebhook[];
  /** Statuses to answer with, one each; then 200. */
  readonly answers: number[];
  /** Resolves once `count` webhooks have come. */
  atLeast(count: number): Promise<void>;
}

/** A host's webhook address, closed when the test ends. */
export async function webhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const answers: number[] = [];
  let wake = () => {};
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const raw = Buffer.concat(chunks);
    const body = JSON.parse(raw.toString());
    const { value } = body.entry[0].changes[0];
    received.push({ raw, headers: request.headers, body, value });
    response.writeHead(answers.shift() ?? 200).end();
    wake();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/whatsapp`,
    received,
    answers,
    async atLeast(count) {
      while (received.length < count) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}
