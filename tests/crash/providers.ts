import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { until } from "../experiments/until.ts";
import { type LedgerEntry, readLedger } from "./ledger.ts";
import type { AnswerEnd } from "./provider-gate.ts";
import type { ProviderCommand, ProviderMessage, ProviderOptions } from "./provider-process.ts";

const program = fileURLToPath(new URL("./provider-process.ts", import.meta.url));

/** A WhatsApp of an experiment's own, in another process. */
export interface Provider {
  readonly url: string;
  /** It accepts, and keeps its answers back. */
  hold(): Promise<void>;
  /** Waits until so many answers are kept back. */
  held(count: number): Promise<void>;
  letGo(end: AnswerEnd): Promise<void>;
  /** It is gone: every connection is cut, and none is taken. */
  refuse(): Promise<void>;
  accept(): Promise<void>;
  /** What it has accepted, or refused, so far. */
  ledger(): LedgerEntry[];
  close(): Promise<void>;
}

/** The process that the providers live in. */
export class Providers {
  readonly #child: ChildProcess = fork(program, [], {
    execArgv: ["--no-warnings"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  readonly #calls = new Map<number, PromiseWithResolvers<Answer>>();
  readonly #held = new Map<number, number>();
  #lastCall = 0;
  #lastProvider = 0;

  constructor() {
    this.#child.on("message", (message: ProviderMessage) => {
      if ("call" in message) this.#calls.get(message.call)?.resolve(message);
      else this.#held.set(message.heldBy, (this.#held.get(message.heldBy) ?? 0) + 1);
    });
    this.#child.on("exit", () => {
      for (const { reject } of this.#calls.values()) reject(new Error("The providers' process has ended."));
    });
  }

  async open(options: ProviderOptions): Promise<Provider> {
    this.#lastProvider += 1;
    const provider = this.#lastProvider;
    const url = await this.#call({ verb: "open", provider, options });
    const tell = async (verb: "hold" | "refuse" | "accept" | "close") =>
      void (await this.#call({ verb, provider }));
    return {
      url,
      hold: () => tell("hold"),
      held: async (count) => {
        const isHeld = () => (this.#held.get(provider) ?? 0) >= count;
        await until(`the provider keeps ${count} answers back`, isHeld, { withinMs: 60_000 });
      },
      letGo: async (end) => void (await this.#call({ verb: "letGo", provider, end })),
      refuse: () => tell("refuse"),
      accept: () => tell("accept"),
      ledger: () => readLedger(options.ledgerFile),
      close: () => tell("close"),
    };
  }

  async close(): Promise<void> {
    const exit = once(this.#child, "exit");
    if (this.#child.connected) this.#child.disconnect();
    if (this.#child.exitCode === null) await exit;
  }

  async #call(command: WithoutCall<ProviderCommand>): Promise<string> {
    this.#lastCall += 1;
    const call = this.#lastCall;
    const answer = Promise.withResolvers<Answer>();
    this.#calls.set(call, answer);
    this.#child.send({ ...command, call }, (error) => {
      if (error) answer.reject(error);
    });
    const { url, error } = await answer.promise;
    this.#calls.delete(call);
    if (error !== null) throw new Error(`The provider could not ${command.verb}: ${error}`);
    return url;
  }
}

type Answer = Extract<ProviderMessage, { call: number }>;
type WithoutCall<Command> = Command extends unknown ? Omit<Command, "call"> : never;
