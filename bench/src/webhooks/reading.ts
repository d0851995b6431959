import { signedRequest } from "@callboard/tests/experiments/webhook-abuse.ts";
import { sampleAccount, statusesBody } from "@callboard/tests/experiments/webhook-samples.ts";
import { whatsappTransport } from "@callboard/transport-whatsapp";
import type { BenchArguments } from "../harness/arguments.ts";
import { measure } from "../harness/measure.ts";
import { type Report, withSpread } from "../harness/report.ts";

/** As many as Meta puts into one webhook. */
const most = 1_000;

/** How long one webhook of a thousand statuses takes, beside what the JSON alone takes. */
export async function reading({ quick }: BenchArguments, report: Report): Promise<void> {
  const { readWebhook, rereadWebhook } = whatsappTransport(sampleAccount);
  if (!readWebhook || !rereadWebhook) throw new Error("The transport reads no webhooks.");
  const body = statusesBody(most);
  const label = `${most} statuses`;
  const sides = {
    "JSON.parse": async () => void JSON.parse(body),
    read: async () => expectAll(rereadWebhook(body).receipts.length),
    "verify and read": async () => expectAll((await readWebhook(signedRequest(body))).receipts.length),
  };
  const measured = await measure(
    Object.entries(sides).map(([name, work]) => ({
      name,
      round: (time) => repeat(10, () => time(label, work)),
    })),
    quick ? 10 : 50,
  );
  const rows = Object.keys(sides).map((name) => [
    name,
    withSpread(measured.ms(name, label), " ms"),
    withSpread(measured.ratio(name, label, "JSON.parse"), "x"),
  ]);
  const size = Math.round(body.length / 1024);
  report.table(`One webhook of ${most} statuses, ${size} KB`, ["Work", "Time", "By JSON.parse"], rows);
  // The fastest round: whatever else the machine does only adds to it.
  report.figure(`read ${label}`, measured.ms("read", label).low, "ms", 10);
  report.figure(`verify and read ${label}`, measured.ms("verify and read", label).low, "ms", 20);
}

function expectAll(receipts: number): void {
  if (receipts !== most) throw new Error(`${receipts} of ${most} statuses were read.`);
}

async function repeat(times: number, work: () => Promise<void>): Promise<void> {
  for (let round = 0; round < times; round += 1) await work();
}
