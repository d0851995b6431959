import { abuseWebhook } from "@callboard/tests/experiments/webhook-abuse.ts";
import { sampleAccount } from "@callboard/tests/experiments/webhook-samples.ts";
import { whatsappTransport } from "@callboard/transport-whatsapp";
import type { BenchArguments } from "../harness/arguments.ts";
import type { Report } from "../harness/report.ts";

/** Whether a mutated webhook is accepted that nobody signed, or breaks what reads it when somebody did. */
export async function abuse({ quick }: BenchArguments, report: Report): Promise<void> {
  const count = quick ? 20_000 : 100_000;
  const { readWebhook } = whatsappTransport(sampleAccount);
  if (!readWebhook) throw new Error("The transport reads no webhooks.");
  const answer = async (request: Request) => (await readWebhook(request)).answer;
  const start = performance.now();
  const { unsigned, accepted, broken } = await abuseWebhook({
    count,
    seed: 2,
    refuse: answer,
    endure: answer,
  });
  const seconds = ((performance.now() - start) / 1_000).toFixed(1);
  for (const found of [...accepted, ...broken].slice(0, 10)) report.note(found);
  report.note(`${count} mutated webhooks, ${unsigned} of them also as a forger sends them, in ${seconds} s.`);
  report.figure("mutated webhooks accepted without a signature", accepted.length, "calls", 0);
  report.figure("mutated webhooks that broke something", broken.length, "calls", 0);
}
