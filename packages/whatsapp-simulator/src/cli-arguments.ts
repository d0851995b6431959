import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";
import { simulatedTemplateSchema } from "./simulated-template.js";
import type { WhatsappSimulatorOptions } from "./whatsapp-simulator-options.js";

export const usage = `Usage: whatsapp-simulator [options]

Imitates Meta's WhatsApp Cloud API on this machine and shows the phones.

  --port <number>             0 takes any free port (4010)
  --host <address>            where to listen (127.0.0.1)
  --access-token <token>      bearer token that requests must carry (simulator-access-token)
  --phone-number-id <id>      sender in the request path (100000000000001)
  --app-secret <secret>       key of webhook signatures (simulator-app-secret)
  --webhook-url <url>         where webhooks go (nowhere)
  --verify-token <token>      makes the webhook handshake at the start
  --person <number=name>      gives a person a phone; may be repeated
  --unreachable <number>      number without WhatsApp; may be repeated
  --templates <file.json>     list of approved templates; others are refused
  --api-latency-ms <number>   time before each answer (0)
  --help

Secrets given here can be seen in the list of processes. WHATSAPP_ACCESS_TOKEN, WHATSAPP_APP_SECRET
and WHATSAPP_VERIFY_TOKEN stand in for options that are absent.
`;

/** What the command line asks for. */
export type CliRequest =
  | { readonly kind: "help" }
  | {
      readonly kind: "start";
      readonly options: WhatsappSimulatorOptions;
      readonly verifyToken: string | null;
    };

const definitions = {
  port: { type: "string", default: "4010" },
  host: { type: "string" },
  "access-token": { type: "string" },
  "phone-number-id": { type: "string" },
  "app-secret": { type: "string" },
  "webhook-url": { type: "string" },
  "verify-token": { type: "string" },
  person: { type: "string", multiple: true },
  unreachable: { type: "string", multiple: true },
  templates: { type: "string" },
  "api-latency-ms": { type: "string", default: "0" },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** @throws {Error} An argument is unknown or cannot be understood; the message names it. */
export function parseCliArguments(args: readonly string[], environment: NodeJS.ProcessEnv): CliRequest {
  const { values } = parseArgs({ args: [...args], options: definitions, strict: true });
  if (values.help) return { kind: "help" };
  const options = {
    port: wholeNumber("--port", values.port),
    host: values.host,
    accessToken: values["access-token"] ?? environment.WHATSAPP_ACCESS_TOKEN,
    phoneNumberId: values["phone-number-id"],
    appSecret: values["app-secret"] ?? environment.WHATSAPP_APP_SECRET,
    webhookUrl: values["webhook-url"],
    people: Object.fromEntries((values.person ?? []).map(numberAndName)),
    unreachable: values.unreachable,
    templates: values.templates === undefined ? undefined : readTemplates(values.templates),
    apiLatencyMs: wholeNumber("--api-latency-ms", values["api-latency-ms"]),
  };
  return {
    kind: "start",
    options: withoutUndefined(options),
    verifyToken: values["verify-token"] ?? environment.WHATSAPP_VERIFY_TOKEN ?? null,
  };
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${name} needs a whole number, not ${JSON.stringify(text)}.`);
  return Number(text);
}

function numberAndName(text: string): [string, string] {
  const [, number, name] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (number === undefined || name === undefined) {
    throw new Error(`--person needs <number=name>, not ${JSON.stringify(text)}.`);
  }
  return [number, name];
}

function readTemplates(file: string) {
  try {
    return z.array(simulatedTemplateSchema).parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new Error(`--templates ${file} cannot be read.\n${reason}`);
  }
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, found]) => found !== undefined)) as Defined<T>;
}
