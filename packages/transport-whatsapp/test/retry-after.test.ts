import { classifyGraphError } from "@callboard/transport-whatsapp";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failureOf, messageOf, patient, transportAt } from "./fixtures.js";
import { type GraphServer, graphError, json, openGraphServer } from "./graph-server.js";

const now = new Date("2026-11-22T12:00:00Z");
const body = graphError(130429);

function waitFor(headers: Record<string, string | string[]>, code = 130429): number | null {
  return classifyGraphError({ httpStatus: 429, body: graphError(code), headers, now }).retryAfterMs;
}

const usual = 5_000;
const forms: [value: string, retryAfterMs: number][] = [
  ["7", 7_000],
  [" 7 ", 7_000],
  ["3600", 3_600_000],
  ["3601", 3_600_000],
  ["99999999999999999999", 3_600_000],
  ["Sun, 22 Nov 2026 12:00:30 GMT", 30_000],
  ["Sun, 22 Nov 2026 23:00:00 GMT", 3_600_000],
  ["Sun, 22 Nov 2026 11:59:59 GMT", usual],
  ["0", usual],
  ["-5", usual],
  ["1.5", usual],
  ["soon", usual],
  ["2", 2_000],
  ["", usual],
  ["Sun, 99 Nov 2026 12:00:30 GMT", usual],
  ["2026-11-22T12:00:30Z", usual],
];
test.each(forms)("Retry-After %j waits %i ms", (value, retryAfterMs) => {
  expect(waitFor({ "retry-after": value })).toBe(retryAfterMs);
});

test("a Retry-After date counts from the answer's own Date", () => {
  const headers = {
    "retry-after": "Sun, 22 Nov 2026 20:00:10 GMT",
    date: "Sun, 22 Nov 2026 20:00:00 GMT",
  };
  expect(waitFor(headers)).toBe(10_000);
});

test("Retry-After neither shortens a rule's own wait nor revives what is permanent", () => {
  expect(waitFor({ "retry-after": "7" }, 131049)).toBe(86_400_000);
  expect(waitFor({ "retry-after": "7" }, 131026)).toBe(null);
});

test("Meta's usage header says how long the app must wait, in minutes", () => {
  const usage = JSON.stringify({
    "102290129340398": [{ type: "whatsapp", call_count: 100, estimated_time_to_regain_access: 19 }],
  });
  expect(waitFor({ "x-business-use-case-usage": usage }, 80007)).toBe(19 * 60_000);
  expect(waitFor({ "x-business-use-case-usage": "{" }, 80007)).toBe(60_000);
});

test("whatever Retry-After says, the wait is the usual one or between a millisecond and an hour", () => {
  const seconds = fc.integer().map(String);
  const value = fc.oneof(
    fc.string(),
    seconds,
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  );
  fc.assert(
    fc.property(value, fc.option(value, { nil: undefined }), (retryAfter, date) => {
      const wait = waitFor({ "retry-after": retryAfter, ...(date !== undefined && { date }) });
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(3_600_000);
      expect(Number.isFinite(wait)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

let server: GraphServer;
beforeAll(async () => {
  server = await openGraphServer();
});
afterAll(() => server.close());

test("send() turns 429 with Retry-After 7 into a DeliveryError that waits 7000 ms", async () => {
  const transport = transportAt(server.url);
  server.replyWith(json(429, body, { "retry-after": "7" }));
  const error = await failureOf(transport.send(messageOf(), patient));
  expect(error).toMatchObject({ failureClass: "sender", providerCode: "130429", retryAfterMs: 7_000 });
  await transport.close?.();
});

test("send() turns 429 of something before Meta into a pause of 30 s, or as long as it asks", async () => {
  const transport = transportAt(server.url);
  server.replyWith(json(429, {}));
  expect(await failureOf(transport.send(messageOf(), patient))).toMatchObject({
    failureClass: "sender",
    retryAfterMs: 30_000,
  });
  server.replyWith(json(429, {}, { "retry-after": "2" }));
  expect((await failureOf(transport.send(messageOf(), patient))).retryAfterMs).toBe(2_000);
  await transport.close?.();
});
