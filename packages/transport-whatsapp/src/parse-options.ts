import { InvalidOptionsError } from "@callboard/core/adapter";
import { type CountryCode, isSupportedCountry } from "libphonenumber-js/max";
import { z } from "zod";
import { defaultOptInWords, defaultOptOutWords, foldWord } from "./webhook/messages/wish-words.js";
import type { WhatsappTransportOptions } from "./whatsapp-options.js";

const metaId = (cure: string) => z.string(cure).regex(/^[\w.:-]{1,128}$/, cure);
const tokenCure = "give the token without spaces or line breaks, or a function that returns it";
const secretCure = "give the app secret of at least 16 characters, or a list of such secrets";
const wordCure = "give the word that was typed into the dashboard, as a string that is not empty";
const numberCure =
  'give the id from the app dashboard, for example "106540352242922"; it is not the phone number';
const accountCure = "give the id of the WhatsApp business account from the app dashboard, or leave it out";
const suffixCure = 'give 1 to 64 lower case letters, digits and "_", like "v2"';
const preferCure = "give true or false";
const fallbackCure = "give the name of a template whose body has one variable";
const versionCure = 'write it like "v25.0"';
const baseCure = "give an https url without credentials, query or fragment; http works only for this machine";
const countryCure = 'give a country of two capital letters, like "ZW"';
const thousandCure = "give a whole number from 1 to 1000";
const everyCure = "give whole milliseconds from 1 to 600_000";
const durationCure = "give whole milliseconds from 1 to 300_000";

const wordsCure = "give words of at most 80 characters that hold a letter or a digit; an empty list for none";
const secret = z.string(secretCure).min(16, secretCure);
const token = z.string(tokenCure).regex(/^[\x21-\x7e]+$/, tokenCure);
const wishWords = z.array(
  z
    .string(wordsCure)
    .max(80, wordsCure)
    .refine((word) => foldWord(word) !== "", wordsCure),
  wordsCure,
);
const upToThousand = z.int(thousandCure).min(1, thousandCure).max(1000, thousandCure);
const duration = z.int(durationCure).min(1, durationCure).max(300_000, durationCure);

const schema = z
  .strictObject({
    phoneNumberId: metaId(numberCure),
    accessToken: z.union([token, z.custom<() => string | Promise<string>>(isFunction)], tokenCure),
    appSecret: z.union([secret, z.array(secret).min(1, secretCure)], secretCure).optional(),
    verifyToken: z.string(wordCure).min(1, wordCure).optional(),
    optOutWords: wishWords.default([...defaultOptOutWords]),
    optInWords: wishWords.default([...defaultOptInWords]),
    businessAccountId: metaId(accountCure).optional(),
    templateVersionSuffix: z
      .string(suffixCure)
      .regex(/^[a-z0-9_]{1,64}$/, suffixCure)
      .optional(),
    preferFreeText: z.boolean(preferCure).default(false),
    fallbackTemplate: z.string(fallbackCure).min(1, fallbackCure).optional(),
    graphVersion: z
      .string(versionCure)
      .regex(/^v\d+\.\d+$/, versionCure)
      .default("v25.0"),
    baseUrl: z.string(baseCure).refine(isAllowedBase, baseCure).default("https://graph.facebook.com"),
    defaultCountry: z.custom<CountryCode>(isCountry, countryCure).optional(),
    messagesPerSecond: upToThousand.default(80),
    recipientBurst: upToThousand.default(45),
    recipientEveryMs: z.int(everyCure).min(1, everyCure).max(600_000, everyCure).default(6_000),
    connections: upToThousand.default(50),
    connectTimeoutMs: duration.default(5_000),
    timeoutMs: duration.default(15_000),
  })
  .refine(
    ({ fallbackTemplate, businessAccountId }) =>
      fallbackTemplate === undefined || businessAccountId !== undefined,
    {
      path: ["fallbackTemplate"],
      error: "whether it is approved is only known with businessAccountId; give it, too",
    },
  )
  .refine(({ appSecret, verifyToken }) => appSecret !== undefined || verifyToken === undefined, {
    path: ["appSecret"],
    error: "the webhook needs it beside verifyToken; give both, or neither",
  })
  .refine(({ appSecret, verifyToken }) => verifyToken !== undefined || appSecret === undefined, {
    path: ["verifyToken"],
    error: "the webhook needs it beside appSecret; give both, or neither",
  })

  .refine(
    ({ optOutWords, optInWords }) => {
      const optOuts = new Set(optOutWords.map(foldWord));
      return !optInWords.some((word) => optOuts.has(foldWord(word)));
    },
    { path: ["optInWords"], error: "a word cannot mean both; take it out of optInWords or of optOutWords" },
  );

/** Options that are known to be sound, with every default in its place. */
export type ParsedOptions = z.output<typeof schema>;

/** @throws {InvalidOptionsError} Names the first option that cannot work; never repeats its value. */
export function parseOptions(options: WhatsappTransportOptions): ParsedOptions {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const option = issue?.path[0];
  const path = option === undefined ? "" : `{ ${String(option)} }`;
  throw new InvalidOptionsError(`whatsappTransport(${path})`, `${issue?.message ?? "cannot be read"}.`);
}

function isFunction(value: unknown): boolean {
  return typeof value === "function";
}

function isCountry(value: unknown): boolean {
  return typeof value === "string" && isSupportedCountry(value);
}

function isAllowedBase(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(value);
  if (username || password || search || hash) return false;
  return protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
}

// The URL parser has already turned every spelling of an IPv4 address into four decimal parts.
function isLoopback(hostname: string): boolean {
  return /^(?:127\.\d+\.\d+\.\d+|\[::1\]|(?:.+\.)?localhost)$/.test(hostname);
}
