import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

export interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export type Reply = (response: ServerResponse, request: IncomingMessage) => void;

/** A server that stands where the Graph API would, and remembers what it was asked. */
export async function openGraphServer() {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let reply: Reply = accept("wamid.default");

  const listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method, url, headers } = request;
    received.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    reply(response, request);
  };
  const server = createServer(listener).on("connection", (socket) => {
    connections++;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    received,
    connections: () => connections,
    replyWith(next: Reply) {
      reply = next;
    },
    lastJson: (): unknown => JSON.parse(received.at(-1)?.body ?? "null"),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

export type GraphServer = Awaited<ReturnType<typeof openGraphServer>>;

/** Meta's answer when it takes a message. */
export function accept(id: string, messageStatus?: string): Reply {
  const message = messageStatus === undefined ? { id } : { id, message_status: messageStatus };
  return json(200, { messaging_product: "whatsapp", contacts: [], messages: [message] });
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return (response) =>
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

export function text(status: number, body: string, headers: Record<string, string> = {}): Reply {
  return (response) => response.writeHead(status, headers).end(body);
}

/** A Graph error with the given code and fields. */
export function graphError(code: number, fields: object = {}): { error: object } {
  return { error: { message: `(#${code}) Something`, type: "OAuthException", code, ...fields } };
}
