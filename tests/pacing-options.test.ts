import { createCallboard, InvalidOptionsError } from "@callboard/core";
import type { TransportPacing } from "@callboard/core/adapter";
import { memoryStorage } from "@callboard/storage-memory";
import { fakeTransport, manualScheduler } from "@callboard/testing";
import { expect, test } from "vitest";
import { commonLimiters } from "./pacing-stage.js";

const sender = { senderKey: "1" };
const spaced = (changes: object) => ({ ...sender, perRecipient: { burst: 45, everyMs: 6_000, ...changes } });

const wrong: [path: string, pacing: object, cure: RegExp][] = [
  ["senderKey", { senderKey: "" }, /1 to 128 characters/],
  ["senderKey", { senderKey: "x".repeat(129) }, /1 to 128 characters/],
  ["senderKey", { perSecond: 80 }, /1 to 128 characters/],
  ["perSecond", { ...sender, perSecond: 0 }, /whole number from 1 to 10,000/],
  ["perSecond", { ...sender, perSecond: 10_001 }, /whole number from 1 to 10,000/],
  ["perSecond", { ...sender, perSecond: 0.5 }, /whole number from 1 to 10,000/],
  ["perRecipient.burst", spaced({ burst: 0 }), /whole number from 1 to 1,000/],
  ["perRecipient.burst", spaced({ burst: "45" }), /whole number from 1 to 1,000/],
  ["perRecipient.everyMs", spaced({ everyMs: Number.NaN }), /whole number from 1 to 600,000/],
  ["perRecipient.everyMs", spaced({ everyMs: 600_001 }), /whole number from 1 to 600,000/],
];

test.each(wrong)("createCallboard() refuses the pacing.%s of %j", (path, pacing, cure) => {
  const error = refusalOf({ transports: [fakeTransport("chat"), paced("mail", pacing as TransportPacing)] });
  expect(error.path).toBe(`createCallboard({ transports[1].pacing.${path} })`);
  expect(error.message).toMatch(cure);
});

test.each([[{}], [undefined], [{ consume: () => undefined }]])(
  "createCallboard() refuses a rateLimiter that makes %j",
  (made) => {
    const error = refusalOf({ rateLimiter: () => made });
    expect(error.path).toBe("createCallboard({ rateLimiter })");
    expect(error.message).toMatch(/limiter of rate-limiter-flexible/);
  },
);

test("createCallboard() refuses a rateLimiter that is no function", () => {
  expect(
    refusalOf({ rateLimiter: commonLimiters()({ keyPrefix: "a", points: 1, duration: 1 }) }).message,
  ).toMatch(/must be a function/);
});

test("createCallboard() asks for one limiter for each kind of limit that its transports name", () => {
  const asked: object[] = [];
  const make = commonLimiters();
  create({
    transports: [
      fakeTransport("chat"),
      paced("mail", { ...spaced({}), perSecond: 999 }),
      paced("sms", sender),
    ],
    rateLimiter: (limits: Parameters<typeof make>[0]) => {
      asked.push(limits);
      return make(limits);
    },
  });
  expect(asked).toEqual([
    { keyPrefix: "callboard:sends", points: 250, duration: 60 },
    { keyPrefix: "callboard:recipients", points: 45, duration: 540 },
  ]);
});

function paced(name: string, pacing: TransportPacing) {
  return fakeTransport(name, { pacing });
}

function create(options: object) {
  const right = {
    storage: memoryStorage(),
    scheduler: manualScheduler(),
    transports: [paced("chat", spaced({}))] as const,
    templates: {},
  };
  return createCallboard({ ...right, ...options } as typeof right);
}

function refusalOf(options: object): InvalidOptionsError {
  try {
    create(options);
  } catch (error) {
    if (error instanceof InvalidOptionsError) return error;
    throw error;
  }
  throw new Error("The options were accepted.");
}
