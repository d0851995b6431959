import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { gzipSync } from "node:zlib";

/** What a server does to whoever calls it, in bytes rather than in HTTP, so that it can break every rule. */
export interface WireFault {
  /** Instead of reading anything. @default requests are read */
  readonly onConnection?: (socket: Socket) => void;
  /** Once a request is there in full. @default silence */
  readonly onRequest?: (socket: Socket) => void;
}

export interface FaultServer {
  readonly port: number;
  /** Requests that arrived in full. */
  requestCount(): number;
  connectionCount(): number;
  close(): Promise<void>;
}

/** A server on a port of its own that stands where the Graph API would. */
export async function startFaultServer({ onConnection, onRequest }: WireFault): Promise<FaultServer> {
  const sockets = new Set<Socket>();
  let requests = 0;
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    // Callers who have heard enough hang up in the middle of an answer.
    socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket));
    if (onConnection) return onConnection(socket);
    whenRequested(socket, () => {
      requests += 1;
      onRequest?.(socket);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    requestCount: () => requests,
    connectionCount: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** An answer as HTTP has it, on a connection that stays open. */
export function answers(status: number, body: string | Buffer, headers: HeaderLines = {}): WireFault {
  return { onRequest: (socket) => void socket.write(answerOf(status, body, headers)) };
}

/** The same, with headers that count from the moment of the answer. */
export function answersNow(status: number, body: string, headers: () => HeaderLines): WireFault {
  return { onRequest: (socket) => void socket.write(answerOf(status, body, headers())) };
}

/** So much of an answer, and then `end`. */
export function breaksOff(part: string | Buffer, end: (socket: Socket) => void): WireFault {
  return { onRequest: (socket) => void socket.write(part, () => end(socket)) };
}

/** `head` at once, then `text` over and over, a byte every 20 ms, for ever. */
export function drips(text: string, head = ""): WireFault {
  return {
    onRequest(socket) {
      socket.write(head);
      let next = 0;
      const timer = setInterval(() => socket.write(text[next++ % text.length] ?? ""), 20);
      socket.on("close", () => clearInterval(timer));
    },
  };
}

/** `head`, then `chunk` over and over, `times` times or for ever, as fast as the caller reads. */
export function floods(head: string, chunk: Buffer, times = Number.POSITIVE_INFINITY): WireFault {
  return {
    onRequest(socket) {
      let left = times;
      const pour = () => {
        while (left > 0 && !socket.destroyed) {
          left -= 1;
          if (!socket.write(chunk)) return;
        }
      };
      socket.on("drain", pour).write(head);
      pour();
    },
  };
}

export function reset(socket: Socket): void {
  socket.resetAndDestroy();
}

export function hangUp(socket: Socket): void {
  socket.end();
}

type HeaderLines = Readonly<Record<string, string>>;

export function answerOf(status: number, body: string | Buffer, headers: HeaderLines = {}): Buffer {
  const lines = Object.entries({ "content-length": `${Buffer.byteLength(body)}`, ...headers });
  const head = [`HTTP/1.1 ${status} Any`, ...lines.map(([name, value]) => `${name}: ${value}`)].join("\r\n");
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), Buffer.from(body)]);
}

/** Small on the wire, and `bytes` of spaces when it is opened. */
export function gzipBomb(bytes: number): Buffer {
  return gzipSync(Buffer.alloc(bytes, " "));
}

/** What is sent here fits into one piece, but nobody promises that it arrives as one. */
function whenRequested(socket: Socket, then: () => void): void {
  let heard = "";
  socket.on("data", (chunk) => {
    heard += chunk.toString("latin1");
    const end = heard.indexOf("\r\n\r\n");
    const length = Number(/content-length: (\d+)/i.exec(heard)?.[1] ?? 0);
    if (end === -1 || heard.length < end + 4 + length) return;
    heard = "";
    then();
  });
}
