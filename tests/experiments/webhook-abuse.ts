import { createHmac } from "node:crypto";
import { seededRandom } from "./seeded-random.ts";
import { sampleAccount, webhookSamples } from "./webhook-samples.ts";

/** What mutated webhooks have led to. */
export interface AbuseFindings {
  /** Bodies that carried the signature of the body they were made from. */
  readonly unsigned: number;
  /** Of these, answers other than a refusal. */
  readonly accepted: readonly string[];
  /** Answers of 500 and above, and what was thrown, also to bodies that were signed once more. */
  readonly broken: readonly string[];
}

export interface AbuseOptions {
  readonly count: number;
  readonly seed: number;
  /** Takes what nobody signed. */
  readonly refuse: (request: Request) => Promise<Response>;
  /** Takes what somebody with the secret signed, though nobody sane wrote it. */
  readonly endure: (request: Request) => Promise<Response>;
}

/** Sends so many mutated bodies, each as a forger would and each as if Meta had gone mad. */
export async function abuseWebhook({ count, seed, refuse, endure }: AbuseOptions): Promise<AbuseFindings> {
  const random = seededRandom(seed);
  const accepted: string[] = [];
  const broken: string[] = [];
  let unsigned = 0;
  for (let round = 0; round < count; round += 1) {
    const sample = Buffer.from(pick(webhookSamples, random));
    const body = mutated(sample, random);
    const answer = (take: AbuseOptions["refuse"], signature: string) =>
      take(signedRequest(body, signature)).then(
        ({ status }) => {
          if (status >= 500) broken.push(`round ${round}: ${status}`);
          return status;
        },
        (error: unknown) => {
          broken.push(`round ${round}: ${String(error)}`);
          return 0;
        },
      );
    await answer(endure, signatureOf(body));
    if (body.equals(sample)) continue;
    unsigned += 1;
    const status = await answer(refuse, signatureOf(sample));
    if (status >= 200 && status < 400) accepted.push(`round ${round}: ${status}`);
  }
  return { unsigned, accepted, broken };
}

/** A POST as Meta sends it. */
export function signedRequest(body: Buffer | string, signature = signatureOf(body)): Request {
  return new Request("http://localhost/webhooks/whatsapp", {
    method: "POST",
    headers: { "content-type": "application/json", "x-hub-signature-256": signature },
    body: new Uint8Array(Buffer.from(body)),
  });
}

export function signatureOf(body: Buffer | string, secret: string = sampleAccount.appSecret): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

/** Pieces of JSON that break what expects others in their place. */
const splinters = [
  "null",
  "[]",
  "{}",
  '""',
  "1e999",
  "-0",
  "99999999999999999999",
  '"\\ud800"',
  '"\\u0000"',
  "[".repeat(40),
  '{"__proto__":{"status":"read"}}',
  ",",
  '"',
  "\\",
];

function mutated(body: Buffer, random: () => number): Buffer {
  let text = body.toString("latin1");
  const edits = 1 + Math.floor(random() * 4);
  for (let edit = 0; edit < edits; edit += 1) text = edited(text, random);
  return Buffer.from(text, "latin1");
}

function edited(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length);
  const end = Math.min(text.length, at + 1 + Math.floor(random() * 40));
  const [before, piece, after] = [text.slice(0, at), text.slice(at, end), text.slice(end)];
  switch (Math.floor(random() * 6)) {
    case 0:
      return before + String.fromCharCode(Math.floor(random() * 256)) + text.slice(at + 1);
    case 1:
      return before + after;
    case 2:
      return before + piece + piece + after;
    case 3:
      return before + pick(splinters, random) + text.slice(at);
    case 4:
      return before;
    default:
      return withOtherValue(text, random);
  }
}

/** Puts a splinter in the place of a whole value, so that the body mostly stays JSON. */
function withOtherValue(text: string, random: () => number): string {
  const values = [...text.matchAll(/:("(?:[^"\\]|\\.)*"|\d+|true|false|null)/g)];
  if (values.length === 0) return text;
  const { index, 1: value = "" } = pick(values, random);
  return text.slice(0, index + 1) + pick(splinters, random) + text.slice(index + 1 + value.length);
}

function pick<Item>(items: readonly Item[], random: () => number): Item {
  return items[Math.floor(random() * items.length)] as Item;
}
