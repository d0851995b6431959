/** The providers of all experiments, in a process that nobody kills. Run by `providers.ts`. */
import { type SimulatorClock, startSimulator } from "@callboard/whatsapp-simulator";
import { type AnswerEnd, ProviderGate } from "./provider-gate.ts";
import { randomFrom } from "./random.ts";

/** How a provider behaves. Durations in milliseconds. */
export interface ProviderOptions {
  readonly ledgerFile: string;
  /** Where its receipts go; `null`: nowhere. */
  readonly webhookUrl: string | null;
  readonly latencyMs: number;
  /** So many of its answers get lost: from 0 to 1. */
  readonly loseShare: number;
  /** When the first receipt comes, after the acceptance. */
  readonly receiptsAfterMs: number;
  /** Each receipt comes up to so much later than that. */
  readonly receiptDelayMs: number;
  readonly seed: number;
}

export type ProviderCommand = { readonly call: number; readonly provider: number } & (
  | { readonly verb: "open"; readonly options: ProviderOptions }
  | { readonly verb: "letGo"; readonly end: AnswerEnd }
  | { readonly verb: "hold" | "refuse" | "accept" | "close" }
);

export type ProviderMessage =
  /** A command is done; `url` is the provider's, once it is open. */
  | { readonly call: number; readonly url: string; readonly error: string | null }
  /** An answer is kept back. */
  | { readonly heldBy: number };

interface Provider {
  readonly gate: ProviderGate;
  stop(): Promise<void>;
}

const providers = new Map<number, Provider>();

process.on("message", async (command: ProviderCommand) => {
  const { call } = command;
  try {
    tell({ call, url: await carryOut(command), error: null });
  } catch (error) {
    tell({ call, url: "", error: String(error) });
  }
});
// Nobody is left who would close them.
process.on("disconnect", () => process.exit());

async function carryOut(command: ProviderCommand): Promise<string> {
  if (command.verb === "open") return open(command.provider, command.options);
  const provider = providers.get(command.provider);
  if (!provider) throw new Error(`There is no provider ${command.provider}.`);
  const { gate, stop } = provider;
  if (command.verb === "letGo") gate.letGo(command.end);
  else if (command.verb === "hold") gate.hold();
  else if (command.verb === "accept") await gate.accept();
  else if (command.verb === "refuse") await gate.refuse();
  else await stop();
  return "";
}

async function open(provider: number, options: ProviderOptions): Promise<string> {
  const simulator = await startSimulator({
    window: "open",
    limits: "none",
    webhookUrl: options.webhookUrl,
    statusDelaysMs: { sent: options.receiptsAfterMs, delivered: options.receiptsAfterMs + 40, read: null },
    // As patient as Meta is, on the scale of an experiment.
    webhookRetryDelaysMs: Array.from({ length: 20 }, (_, retry) => 250 * (1 + Math.floor(retry / 5))),
    clock: lateClock(options),
  });
  const gate = new ProviderGate({
    ...options,
    upstream: simulator.url,
    onHeld: () => tell({ heldBy: provider }),
  });
  providers.set(provider, {
    gate,
    async stop() {
      providers.delete(provider);
      await gate.close();
      await simulator.stop();
    },
  });
  return gate.accept();
}

/** Receipts that come late come in any order, too. */
function lateClock({ receiptDelayMs, seed }: ProviderOptions): SimulatorClock {
  const random = randomFrom(seed + 1);
  return {
    now: () => new Date(),
    setTimeout(run, ms) {
      const timer = setTimeout(run, ms + random() * receiptDelayMs);
      return () => clearTimeout(timer);
    },
  };
}

function tell(message: ProviderMessage): void {
  process.send?.(message);
}
