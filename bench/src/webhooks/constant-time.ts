import { seededRandom } from "@callboard/tests/experiments/seeded-random.ts";
import { signatureOf, signedRequest } from "@callboard/tests/experiments/webhook-abuse.ts";
import { sampleAccount, webhookSamples } from "@callboard/tests/experiments/webhook-samples.ts";
import { whatsappTransport } from "@callboard/transport-whatsapp";
import type { BenchArguments } from "../harness/arguments.ts";
import { percentile } from "../harness/measure.ts";
import { type Report, shown } from "../harness/report.ts";
import { welchT } from "./welch-t.ts";

/** So many refusals of each kind. */
const compares = 20_000;

/** Beyond it two samples of this size differ for a reason. */
const telling = 4.5;

/**
 * Whether the time that a refusal takes tells how much of a signature, or of a verify token, was right. Guesses that are wrong at
 * their beginning and at their end come in random order, so that whatever else the machine does falls on both.
 */
export async function constantTime(_: BenchArguments, report: Report): Promise<void> {
  const { readWebhook } = whatsappTransport(sampleAccount);
  if (!readWebhook) throw new Error("The transport reads no webhooks.");
  const [body = ""] = webhookSamples;
  const signature = signatureOf(body);
  const guesses = {
    signature: [withOther(signature, "sha256=".length), withOther(signature, signature.length - 1)].map(
      (guess) => () => signedRequest(body, guess),
    ),
    "verify token": [
      withOther(sampleAccount.verifyToken, 0),
      withOther(sampleAccount.verifyToken, sampleAccount.verifyToken.length - 1),
    ].map((guess) => () => handshake(guess)),
  };
  for (const [what, [early, late]] of Object.entries(guesses)) {
    if (!early || !late) continue;
    const times = await timesOf([early, late], async (request) => {
      const { answer } = await readWebhook(request);
      if (answer.status < 400) throw new Error(`A wrong ${what} was accepted.`);
    });
    const t = Math.abs(welchT(...times));
    report.note(`${what}: |t| = ${shown(t)} over ${compares} refusals of each kind.`);
    report.figure(`time of a refusal by what is right of a ${what}`, t, "|t|", telling);
  }
}

/** How long each of both took, in ms, in random order, without the slowest twentieth: what the machine did meanwhile. */
async function timesOf(
  makers: readonly [() => Request, () => Request],
  refuse: (request: Request) => Promise<void>,
): Promise<[number[], number[]]> {
  const random = seededRandom(3);
  const times: [number[], number[]] = [[], []];
  // The first thousand warm it up.
  for (let round = -1_000; round < 2 * compares; round += 1) {
    const kind = random() < 0.5 ? 0 : 1;
    const request = makers[kind]();
    const start = performance.now();
    await refuse(request);
    if (round >= 0) times[kind].push(performance.now() - start);
  }
  const most = percentile(times.flat(), 0.95);
  return [times[0].filter((time) => time <= most), times[1].filter((time) => time <= most)];
}

function withOther(text: string, index: number): string {
  return text.slice(0, index) + (text[index] === "0" ? "1" : "0") + text.slice(index + 1);
}

function handshake(verifyToken: string): Request {
  const query = { "hub.mode": "subscribe", "hub.verify_token": verifyToken, "hub.challenge": "1" };
  return new Request(`http://localhost/webhooks/whatsapp?${new URLSearchParams(query)}`);
}
