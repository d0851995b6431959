import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ShopCallboard } from "./shop-callboard.ts";

/** Where the provider reports what became of messages. In an app this is one route. */
export async function startWebhookServer(callboard: ShopCallboard) {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "GET", url = "/", headers } = request;
    const body = method === "POST" ? { body: Buffer.concat(chunks) } : {};
    const answer = await callboard.webhook(
      "whatsapp",
      new Request(`http://localhost${url}`, { method, headers: headers as Record<string, string>, ...body }),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/webhook`,
    close() {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
