import type { Connection } from "./options.js";

/** The host's connection. Where ioredis would keep a command in memory until it can be sent, this rejects. */
export class Line {
  #connecting: Promise<void> | null = null;
  readonly #asking = new Set<(reason: Error) => void>();
  #isWatched = false;

  constructor(private readonly connection: Connection) {}

  /** Asks over the connection, and waits for one that is being made. Rejects at once when there is none, or when it breaks. */
  async ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    await this.#ready();
    this.#watch();
    const broken = Promise.withResolvers<never>();
    this.#asking.add(broken.reject);
    try {
      return await Promise.race([question(), broken.promise]);
    } finally {
      this.#asking.delete(broken.reject);
    }
  }

  async #ready(): Promise<void> {
    const { status } = this.connection;
    if (status === "ready") return;
    if (!["wait", "connecting", "connect"].includes(status))
      throw new Error(`Redis cannot be reached: the connection is ${status}.`);
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = null;
    });
    await this.#connecting;
  }

  async #connect(): Promise<void> {
    const { connection } = this;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const fail = () => reject(new Error("Redis cannot be reached: it takes no connection."));
    connection.once("ready", resolve).once("close", fail).once("end", fail);
    // Made with `lazyConnect`. The events tell how it ends.
    if (connection.status === "wait") connection.connect().catch(() => undefined);
    try {
      await promise;
    } finally {
      connection.off("ready", resolve).off("close", fail).off("end", fail);
    }
  }

  #watch(): void {
    if (this.#isWatched) return;
    this.#isWatched = true;
    this.connection.on("close", () => {
      for (const reject of this.#asking) reject(new Error("Redis cannot be reached: the connection broke."));
    });
  }
}
