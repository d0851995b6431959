import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { writeLedger } from "./ledger.ts";
import { randomFrom } from "./random.ts";

/** What becomes of an answer that the provider has given. */
export type AnswerEnd = "answer" | "lose";

export interface GateOptions {
  /** The simulator behind the gate. */
  readonly upstream: string;
  readonly ledgerFile: string;
  /** Between accepting a message and answering, in ms. */
  readonly latencyMs: number;
  /** So many of the answers get lost: from 0 to 1. */
  readonly loseShare: number;
  readonly seed: number;
  /** An answer is kept back. */
  readonly onHeld: () => void;
}

/**
 * What stands between a host and the provider: it writes down what the provider accepted before anybody hears of it, and
 * then loses the answer, or keeps it back, or is not there at all.
 */
export class ProviderGate {
  readonly #options: GateOptions;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #random: () => number;
  readonly #server = createServer((incoming, outgoing) => {
    this.#exchange(incoming, outgoing).catch(() => outgoing.destroy());
  });
  #hold: PromiseWithResolvers<AnswerEnd> | null = null;
  #port = 0;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#random = randomFrom(options.seed);
  }

  /** Takes connections, each time on the same port. Returns its url. */
  async accept(): Promise<string> {
    if (!this.#server.listening) {
      this.#server.listen(this.#port, "127.0.0.1");
      await once(this.#server, "listening");
      this.#port = (this.#server.address() as AddressInfo).port;
    }
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Cuts every connection and takes no new ones. */
  async refuse(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** Keeps all answers back from now on. */
  hold(): void {
    this.#hold ??= Promise.withResolvers();
  }

  /** What becomes of the answers that were kept back. Those that follow are given. */
  letGo(end: AnswerEnd): void {
    this.#hold?.resolve(end);
    this.#hold = null;
  }

  async close(): Promise<void> {
    this.letGo("lose");
    await this.refuse();
    this.#agent.destroy();
  }

  async #exchange(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming);
    const { status, text } = await this.#forward(incoming, body);
    this.#note(body, status, text);
    if ((await this.#endOfAnswer()) === "lose") {
      incoming.socket.resetAndDestroy();
      return;
    }
    outgoing.writeHead(status, { "content-type": "application/json" }).end(text);
  }

  #endOfAnswer(): Promise<AnswerEnd> {
    if (this.#hold) {
      this.#options.onHeld();
      return this.#hold.promise;
    }
    const end = this.#random() < this.#options.loseShare ? "lose" : "answer";
    return setTimeout(this.#options.latencyMs, end);
  }

  #note(body: Buffer, status: number, text: string): void {
    const { to, biz_opaque_callback_data: echo } = JSON.parse(body.toString());
    const attemptId = typeof echo === "string" ? echo.replace(/^cb1:/, "") : null;
    const messageId = status === 200 ? JSON.parse(text).messages[0].id : null;
    writeLedger(this.#options.ledgerFile, { at: Date.now(), attemptId, to, messageId });
  }

  async #forward(incoming: IncomingMessage, body: Buffer): Promise<{ status: number; text: string }> {
    const outgoing = request(new URL(incoming.url ?? "/", this.#options.upstream), {
      method: incoming.method ?? "POST",
      agent: this.#agent,
      headers: {
        authorization: incoming.headers.authorization ?? "",
        "content-type": "application/json",
        "content-length": body.length,
      },
    });
    outgoing.end(body);
    const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
    return { status: answer.statusCode ?? 0, text: (await bodyOf(answer)).toString() };
  }
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
