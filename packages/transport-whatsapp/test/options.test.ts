import { inspect } from "node:util";
import { InvalidOptionsError } from "@callboard/core/adapter";
import { type WhatsappTransportOptions, whatsappTransport } from "@callboard/transport-whatsapp";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  accessToken,
  appSecret,
  contentOf,
  failureOf,
  identity,
  messageOf,
  patient,
  settings,
  transportAt,
  verifyToken,
} from "./fixtures.js";
import { type GraphServer, graphError, json, openGraphServer, text } from "./graph-server.js";

const sound = { phoneNumberId: "106540352242922", accessToken };

const wrong: [option: string, options: object, cure: RegExp][] = [
  ["phoneNumberId", { phoneNumberId: "" }, /id from the app dashboard/],
  ["phoneNumberId", { phoneNumberId: "+263771234567" }, /not the phone number/],
  ["phoneNumberId", { phoneNumberId: undefined }, /id from the app dashboard/],
  ["accessToken", { accessToken: "" }, /give the token/],
  ["accessToken", { accessToken: "with space" }, /give the token/],
  ["accessToken", { accessToken: undefined }, /give the token/],
  ["appSecret", { appSecret: "short", verifyToken }, /16 characters/],
  ["appSecret", { appSecret: [appSecret, "short"], verifyToken }, /16 characters/],
  ["appSecret", { appSecret: [], verifyToken }, /16 characters/],
  ["appSecret", { verifyToken }, /both, or neither/],
  ["verifyToken", { appSecret }, /both, or neither/],
  ["verifyToken", { appSecret, verifyToken: "" }, /not empty/],
  ["businessAccountId", { businessAccountId: "a b" }, /business account/],
  ["templateVersionSuffix", { templateVersionSuffix: "V2" }, /like "v2"/],
  ["templateVersionSuffix", { templateVersionSuffix: "" }, /1 to 64/],
  ["preferFreeText", { preferFreeText: "yes" }, /true or false/],
  ["fallbackTemplate", { fallbackTemplate: "", businessAccountId: "1" }, /one variable/],
  ["fallbackTemplate", { fallbackTemplate: "any_text" }, /businessAccountId/],
  ["graphVersion", { graphVersion: "25" }, /v25\.0/],
  ["graphVersion", { graphVersion: "v25.0/../v1.0" }, /v25\.0/],
  ["baseUrl", { baseUrl: "graph.facebook.com" }, /https url/],
  ["baseUrl", { baseUrl: "http://graph.facebook.com" }, /https url/],
  ["baseUrl", { baseUrl: "http://127.0.0.1.example.com" }, /https url/],
  ["baseUrl", { baseUrl: "https://user:pass@graph.facebook.com" }, /without credentials/],
  ["baseUrl", { baseUrl: "https://graph.facebook.com?x=1" }, /query/],
  ["defaultCountry", { defaultCountry: "Zimbabwe" }, /"ZW"/],
  ["connections", { connections: 0 }, /1 to 1000/],
  ["connections", { connections: 1.5 }, /1 to 1000/],
  ["messagesPerSecond", { messagesPerSecond: 0 }, /1 to 1000/],
  ["messagesPerSecond", { messagesPerSecond: 1_001 }, /1 to 1000/],
  ["recipientBurst", { recipientBurst: 2.5 }, /1 to 1000/],
  ["recipientEveryMs", { recipientEveryMs: 600_001 }, /1 to 600_000/],
  ["timeoutMs", { timeoutMs: 0 }, /milliseconds/],
  ["timeoutMs", { timeoutMs: Number.NaN }, /milliseconds/],
  ["connectTimeoutMs", { connectTimeoutMs: 1e9 }, /milliseconds/],
];
test.each(wrong)("whatsappTransport() refuses a wrong %s: %o", (option, options, cure) => {
  const error = refusalOf(options);
  expect(error.path).toBe(`whatsappTransport({ ${option} })`);
  expect(error.message).toMatch(cure);
});

test("whatsappTransport() refuses an option that it does not know", () => {
  expect(refusalOf({ acessToken: "x" }).message).toContain("acessToken");
});

test.each([
  "http://localhost:4004",
  "http://127.0.0.1",
  "http://127.9.9.9:80/graph",
  "http://[::1]:4004",
  "http://meta.localhost",
  "https://gateway.example/graph",
])("whatsappTransport() takes the baseUrl %s", (baseUrl) => {
  expect(whatsappTransport({ ...sound, baseUrl }).name).toBe("whatsapp");
});

test("whatsappTransport() has readWebhook only when its secrets are given", () => {
  expect("readWebhook" in whatsappTransport(sound)).toBe(false);
  expect(typeof whatsappTransport({ ...sound, appSecret, verifyToken }).readWebhook).toBe("function");
});

test("whatsappTransport() reviews templates only when the business account is given", () => {
  expect("reviewer" in whatsappTransport(sound)).toBe(false);
  expect("reviewer" in whatsappTransport({ ...sound, businessAccountId: "102290129340398" })).toBe(true);
});

test("whatsappTransport() names Meta's limits of the number, and takes others", () => {
  expect(whatsappTransport(sound).pacing).toEqual({
    senderKey: sound.phoneNumberId,
    perSecond: 80,
    perRecipient: { burst: 45, everyMs: 6_000 },
  });
  const limits = { messagesPerSecond: 1_000, recipientBurst: 10, recipientEveryMs: 600_000 };
  expect(whatsappTransport({ ...sound, ...limits }).pacing).toEqual({
    senderKey: sound.phoneNumberId,
    perSecond: 1_000,
    perRecipient: { burst: 10, everyMs: 600_000 },
  });
});

let server: GraphServer;
beforeAll(async () => {
  server = await openGraphServer();
});
afterAll(() => server.close());

test("no secret shows in the transport, in what it refuses, or in any error of send()", async () => {
  const transport = transportAt(server.url, { appSecret, verifyToken });
  const shown = [transport, refusalOf({ appSecret, verifyToken, timeoutMs: -1 })].map(deep);
  const echo = `Malformed access token ${accessToken} for +263771234567: Order of Tariro Zebra awaits`;
  const content = contentOf({
    text: "Order of Tariro Zebra awaits",
    variables: ["Tariro Zebra"],
    channel: settings,
  });
  for (const reply of [
    json(400, graphError(190, { message: echo, error_data: { details: echo } })),
    json(500, { error: echo }),
    text(200, echo),
    text(403, echo, { "retry-after": echo }),
  ]) {
    server.replyWith(reply);
    shown.push(deep(await failureOf(transport.send(messageOf(content), patient))));
  }
  server.replyWith((response) => response.socket?.end(`${echo}\r\n\r\n`));
  shown.push(deep(await failureOf(transport.send(messageOf(content), patient))));
  const failing = transportAt(server.url, { accessToken: () => Promise.reject(new Error(echo)) });
  shown.push(deep(await failureOf(failing.send(messageOf(content), patient))));
  expect(transport.checkContent(content, identity)).toEqual([]);
  for (const secret of [accessToken, appSecret, verifyToken, "263771234567", "Zebra"]) {
    expect(shown.filter((text) => text.includes(secret))).toEqual([]);
  }
  await transport.close?.();
});

function refusalOf(options: object): InvalidOptionsError {
  try {
    whatsappTransport({ ...sound, ...options } as WhatsappTransportOptions);
  } catch (error) {
    if (error instanceof InvalidOptionsError) return error;
    throw error;
  }
  throw new Error("The options were accepted.");
}

function deep(value: unknown): string {
  return inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true });
}
