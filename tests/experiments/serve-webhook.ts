import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A host's route for a provider's webhook. */
export interface WebhookServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Turns requests of `node:http` into those of the web, as a host does; a rejection is a 500.
 * @param port - @default any that is free
 */
export async function serveWebhook(
  answer: (request: Request) => Promise<Response>,
  port = 0,
): Promise<WebhookServer> {
  const server = createServer(async (incoming, outgoing) => {
    const request = await toRequest(incoming);
    const { status } = await answer(request).catch(() => new Response(null, { status: 500 }));
    outgoing.writeHead(status).end();
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/whatsapp`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function toRequest(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
  return new Request(`http://localhost${incoming.url}`, {
    method: "POST",
    headers: headers as [string, string][],
    body: Buffer.concat(chunks),
  });
}
