import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";
import { identities } from "./person.js";
import { simulatedTemplateSchema } from "./simulated-template.js";
import { virtualClock } from "./virtual-clock.js";
import type { WhatsappSimulatorOptions } from "./whatsapp-simulator-options.js";

/** What the command line asks for. */
export type CliRequest =
  | { readonly kind: "help" }
  | {
      readonly kind: "start";
      readonly options: WhatsappSimulatorOptions;
      readonly verifyToken: string | null;
    };

const definitions = {
  port: { type: "string" },
  host: { type: "string" },
  "allow-remote": { type: "boolean" },
  "access-token": { type: "string" },
  "phone-number-id": { type: "string" },
  "business-account-id": { type: "string" },
  "webhook-url": { type: "string" },
  "app-secret": { type: "string" },
  "verify-token": { type: "string" },
  identity: { type: "string" },
  person: { type: "string", multiple: true },
  unreachable: { type: "string", multiple: true },
  templates: { type: "string" },
  review: { type: "string" },
  window: { type: "string" },
  "api-latency-ms": { type: "string" },
  seed: { type: "string" },
  "virtual-clock": { type: "boolean" },
  options: { type: "string" },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** @throws {Error} An argument is unknown or cannot be understood; the message names it. */
export function parseCliArguments(args: readonly string[], environment: NodeJS.ProcessEnv): CliRequest {
  const { values } = parseArgs({ args: [...args], options: definitions, strict: true });
  if (values.help) return { kind: "help" };
  const given = withoutUndefined({
    port: wholeNumber("--port", values.port),
    host: values.host,
    allowRemote: values["allow-remote"],
    accessToken: values["access-token"] ?? environment.WHATSAPP_ACCESS_TOKEN,
    phoneNumberId: values["phone-number-id"],
    businessAccountId: values["business-account-id"],
    webhookUrl: values["webhook-url"],
    appSecret: values["app-secret"] ?? environment.WHATSAPP_APP_SECRET,
    identity: oneOf("--identity", values.identity, identities),
    people: values.person && Object.fromEntries(values.person.map(numberAndName)),
    unreachable: values.unreachable,
    templates: values.templates === undefined ? undefined : readTemplates(values.templates),
    templateReview: oneOf("--review", values.review, ["clock", "person"]) === "person" ? null : undefined,
    window: oneOf("--window", values.window, ["enforced", "open"]),
    apiLatencyMs: wholeNumber("--api-latency-ms", values["api-latency-ms"]),
    seed: wholeNumber("--seed", values.seed),
    clock: values["virtual-clock"] ? virtualClock(new Date()) : undefined,
  });
  return {
    kind: "start",
    options: { port: 4010, ...readOptions(values.options), ...given },
    verifyToken: values["verify-token"] ?? environment.WHATSAPP_VERIFY_TOKEN ?? null,
  };
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${name} needs a whole number, not ${JSON.stringify(text)}.`);
  return Number(text);
}

function oneOf<Choice extends string>(
  name: string,
  text: string | undefined,
  choices: readonly Choice[],
): Choice | undefined {
  const choice = choices.find((known) => known === text);
  if (text === undefined || choice !== undefined) return choice;
  throw new Error(`${name} needs one of ${choices.join(", ")}, not ${JSON.stringify(text)}.`);
}

function numberAndName(text: string): [string, string] {
  const [, number, name] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (number === undefined || name === undefined) {
    throw new Error(`--person needs <number=name>, not ${JSON.stringify(text)}.`);
  }
  return [number, name];
}

function readTemplates(file: string) {
  return readJsonFile("--templates", file, z.array(simulatedTemplateSchema));
}

/** Their values are checked when the simulator starts. */
function readOptions(file: string | undefined): WhatsappSimulatorOptions {
  return file === undefined ? {} : readJsonFile("--options", file, z.record(z.string(), z.unknown()));
}

function readJsonFile<Schema extends z.ZodType>(
  name: string,
  file: string,
  schema: Schema,
): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new Error(`${name} ${file} cannot be read.\n${reason}`);
  }
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, found]) => found !== undefined)) as Defined<T>;
}
