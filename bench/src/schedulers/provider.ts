import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { ProviderAnswer, ProviderCommand, Told } from "./provider-process.ts";

const program = fileURLToPath(new URL("./provider-process.ts", import.meta.url));

const patienceMs = 600_000;

/** A provider in a process of its own. */
export interface Provider {
  readonly url: string;
  /** Forgets who was told, and answers so late from now on. */
  begin(options: { readonly latencyMs: number }): Promise<void>;
  /** Resolves when it has been given so many messages; rejects when that takes longer than ten minutes. */
  told(count: number): Promise<void>;
  /** Whom it was to tell, in the order of their coming. */
  ledger(): Promise<readonly Told[]>;
  close(): Promise<void>;
}

export async function openProvider(): Promise<Provider> {
  const child = fork(program, [], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const ask = asking(child);
  const { url } = await ask({ verb: "open" });
  return {
    url,
    begin: async ({ latencyMs }) => void (await ask({ verb: "begin", latencyMs })),
    told: (count) => soon(`the provider has ${count} messages`, ask({ verb: "told", count })),
    ledger: async () => (await ask({ verb: "ledger" })).ledger,
    async close() {
      const exit = once(child, "exit");
      if (child.connected) child.disconnect();
      if (child.exitCode === null) await exit;
    },
  };
}

/** What is lost must not be waited for, for ever. */
async function soon(what: string, answer: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`This never came true: ${what}.`)), patienceMs);
  try {
    await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

type WithoutCall<Command> = Command extends unknown ? Omit<Command, "call"> : never;

function asking(child: ChildProcess) {
  const open = new Map<number, PromiseWithResolvers<ProviderAnswer>>();
  let calls = 0;
  child.on("message", (answer: ProviderAnswer) => {
    open.get(answer.call)?.resolve(answer);
    open.delete(answer.call);
  });
  child.on("exit", () => {
    for (const { reject } of open.values()) reject(new Error("The provider's process has ended."));
    open.clear();
  });
  return (command: WithoutCall<ProviderCommand>): Promise<ProviderAnswer> => {
    calls += 1;
    const answer = Promise.withResolvers<ProviderAnswer>();
    open.set(calls, answer);
    child.send({ ...command, call: calls });
    return answer.promise;
  };
}
