import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Stands between us and a server, and takes the network away when it is told to. */
export interface TcpProxy {
  /** The server's url, by way of the proxy. */
  readonly url: string;
  /** Cuts every connection and takes no new ones: the server is gone. */
  refuse(): Promise<void>;
  /** Takes connections again, under the same url. */
  accept(): Promise<void>;
  /** Cuts every connection; new ones are taken. */
  cut(): void;
  /** Lets nothing through and cuts nothing, as a firewall that has forgotten the connections: both ends wait. */
  silence(): void;
  /** Lets through what was held back, and what comes. */
  speak(): void;
  /** Cuts the connection that sends the next matching request. Resolves when that has happened. */
  loseNext(loss: Loss): Promise<void>;
  close(): Promise<void>;
}

export interface Loss {
  /** Matched against what a client sends at once, which for a short statement is all of it. */
  readonly request: RegExp;
  /** What nobody gets to see: the request, so that the server never acts on it, or the answer, when it has. */
  readonly lost: "request" | "answer";
}

/** A proxy in front of the server that a database's url names. */
export async function tcpProxy(serverUrl: string): Promise<TcpProxy> {
  const { hostname, port, protocol } = new URL(serverUrl);
  const upstream = { host: hostname, port: Number(port || usualPorts[protocol]) };
  const wires = new Set<Wire>();
  let awaited: AwaitedLoss | null = null;
  let isSilent = false;
  const server = createServer((client) => {
    const wire = new Wire(client, connect(upstream), (request) => {
      const loss = awaited;
      if (loss === null || !loss.request.test(request.toString("latin1"))) return null;
      awaited = null;
      return loss;
    });
    wires.add(wire);
    if (isSilent) wire.hold();
    client.once("close", () => wires.delete(wire));
  });
  const cut = () => {
    for (const wire of wires) wire.cut();
  };
  const listen = async (at: number) => {
    server.listen(at, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  };
  const refuse = async () => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    cut();
    await closed;
  };
  const own = await listen(0);
  const url = new URL(serverUrl);
  url.host = `127.0.0.1:${own}`;
  return {
    url: url.href,
    refuse,
    accept: async () => void (await listen(own)),
    cut,
    silence() {
      isSilent = true;
      for (const wire of wires) wire.hold();
    },
    speak() {
      isSilent = false;
      for (const wire of wires) wire.letGo();
    },
    loseNext: (loss) =>
      new Promise((happened) => {
        awaited = { ...loss, happened };
      }),
    close: refuse,
  };
}

const usualPorts: Readonly<Record<string, number>> = {
  "mysql:": 3306,
  "postgres:": 5432,
  "postgresql:": 5432,
};

interface AwaitedLoss extends Loss {
  readonly happened: () => void;
}

/** One connection from a client to the server. */
class Wire {
  readonly #client: Socket;
  readonly #server: Socket;
  /** Set while the server works on a request whose answer is to be lost. */
  #losing: AwaitedLoss | null = null;

  constructor(client: Socket, server: Socket, lossOf: (request: Buffer) => AwaitedLoss | null) {
    this.#client = client;
    this.#server = server;
    client.on("data", (request) => {
      const loss = lossOf(request);
      if (loss?.lost === "request") return this.#lose(loss);
      this.#losing = loss;
      server.write(request);
    });
    server.on("data", (answer) => {
      if (this.#losing) return this.#lose(this.#losing);
      client.write(answer);
    });
    for (const [end, other] of [
      [client, server],
      [server, client],
    ] as const) {
      end.once("close", () => other.destroy());
      // An end that breaks is closed next.
      end.on("error", () => undefined);
    }
  }

  /** As a router that forgets the connection. */
  cut(): void {
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  hold(): void {
    this.#client.pause();
    this.#server.pause();
  }

  letGo(): void {
    this.#client.resume();
    this.#server.resume();
  }

  #lose({ happened }: AwaitedLoss): void {
    this.#client.destroy();
    this.#server.destroy();
    happened();
  }
}
