#!/usr/bin/env node
import { type CliRequest, parseCliArguments } from "./cli-arguments.js";
import { usage } from "./cli-usage.js";
import { startSimulator } from "./start-simulator.js";

async function main(): Promise<void> {
  const request = parseCliArguments(process.argv.slice(2), process.env);
  if (request.kind === "help") process.stdout.write(usage);
  else await serve(request);
}

async function serve({ options, verifyToken }: Extract<CliRequest, { kind: "start" }>): Promise<void> {
  const simulator = await startSimulator(options);
  console.log(`WhatsApp simulator  ${simulator.url}`);
  console.log(`Phones              ${simulator.phonesUrl}`);
  console.log(`Templates           ${simulator.templatesUrl}`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void simulator.stop());
  if (verifyToken === null) return;
  const { verified, problem } = await simulator.verifyWebhook(verifyToken);
  console.log(`Webhook             ${verified ? "verified" : problem}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
