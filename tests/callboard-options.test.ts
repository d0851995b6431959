import { createCallboard, defineTemplate, InvalidOptionsError } from "@callboard/core";
import { fakeTransport, manualScheduler, testClock } from "@callboard/testing";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { storages } from "./storages.js";

const words = { context: z.object({}), sample: {}, body: "Hello." };

const wrong: [path: string, options: object, cure: RegExp][] = [
  ["transports", { transports: [] }, /at least one transport; consoleTransport\(\) is one to begin with/],
  ["transports[0].name", { transports: [fakeTransport("Chat")] }, /Use lower-case letters, digits/],
  ["transports[0].name", { transports: [fakeTransport("")] }, /Use lower-case letters, digits/],
  ["transports[0].name", { transports: [fakeTransport("1chat")] }, /Use lower-case letters, digits/],
  ["transports[0].name", { transports: [fakeTransport("a:b")] }, /Use lower-case letters, digits/],
  ["transports[0].name", { transports: [fakeTransport("x".repeat(33))] }, /Use lower-case letters/],
  ["transports[0].name", { transports: [fakeTransport("__proto__")] }, /Use lower-case letters/],
  ...["context", "sample", "body", "buttons"].map((name): [string, object, RegExp] => [
    "transports[1].name",
    { transports: [fakeTransport("chat"), fakeTransport(name)] },
    /none of context, sample, body, buttons/,
  ]),
  [
    "transports[2].name",
    { transports: [fakeTransport("chat"), fakeTransport("mail"), fakeTransport("chat")] },
    /"chat" is there twice\. Each channel has one transport/,
  ],
  ['templates["Order"]', { templates: { Order: defineTemplate(words) } }, /lower-case letters, digits and/],
  ['templates["a-b"]', { templates: { "a-b": defineTemplate(words) } }, /lower-case letters, digits and/],
  ['templates[""]', { templates: { "": defineTemplate(words) } }, /1 to 200 lower-case letters/],
  [
    `templates["${"x".repeat(201)}"]`,
    { templates: { ["x".repeat(201)]: defineTemplate(words) } },
    /1 to 200 lower-case letters/,
  ],
  [
    "templates.order.mail",
    { templates: { order: defineTemplate({ ...words, mail: { subject: "Hi" } }) } },
    /no transport has this name\. Known: chat/,
  ],
  [
    "templates.order.butons",
    { templates: { order: defineTemplate({ ...words, butons: [] } as typeof words) } },
    /no transport has this name\. Known: chat/,
  ],
  ["templates.order", { templates: { order: words } }, /Wrap it: defineTemplate\(\{ … \}\)/],
  ["policy.maxAttempts", { policy: { maxAttempts: 0 } }, /whole number of at least 1/],
  ["policy.maxAttempts", { policy: { maxAttempts: 1.5 } }, /whole number of at least 1/],
  ["policy.maxAgeMs", { policy: { maxAgeMs: Number.NaN } }, /whole number of at least 1/],
  ["policy.baseDelayMs", { policy: { baseDelayMs: "10" } }, /whole number of at least 1/],
  ["policy.pauseMs", { policy: { pauseMs: undefined } }, /whole number of at least 1/],
  ["policy.maxAttempt", { policy: { maxAttempt: 3 } }, /is no option\. Known: maxAttempts, /],
  ["dispatch: { concurrency }", { dispatch: { concurrency: 0 } }, /whole number of at least 1, not 0/],
  ["dispatch: { concurrency }", { dispatch: { concurrency: 1_001 } }, /start more processes instead/],
  ["dispatch: { sweepMs }", { dispatch: { sweepMs: -1 } }, /whole number of at least 1, not -1/],
  ["dispatch: { heartbeatMs }", { dispatch: { heartbeatMs: 30_001 } }, /at most half of leaseMs/],
  ["dispatch: { sendTimeoutMs }", { dispatch: { sendTimeoutMs: 30_001 } }, /at most half of leaseMs/],
  ["dispatch: { heartbeatMs }", { dispatch: { leaseMs: 39_999 } }, /at most half of leaseMs/],
  ["dispatch.concurency", { dispatch: { concurency: 3 } }, /is no option\. Known: concurrency, /],
  ["transport", { transport: fakeTransport("chat") }, /is no option\. Known: storage, scheduler, /],
];

describe.each(storages)("on $name", (kind) => {
  async function create(options: object) {
    const right = {
      storage: await kind.open(testClock()),
      scheduler: manualScheduler(),
      transports: [fakeTransport("chat")],
      templates: {},
    };
    return createCallboard({ ...right, ...options } as typeof right);
  }

  test.each(wrong)("createCallboard() refuses %s of %j", async (path, options, cure) => {
    const error = await create(options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidOptionsError);
    expect(error).toMatchObject({ path: `createCallboard({ ${path} })` });
    expect((error as Error).message).toMatch(cure);
  });

  test("createCallboard() takes the limits of every option", async () => {
    await create({
      transports: [fakeTransport("a"), fakeTransport(`b${"-".repeat(31)}`), fakeTransport("c_1")],
      templates: { [`9_${"x".repeat(198)}`]: defineTemplate({ ...words, c_1: {} }) },
      policy: { maxAttempts: 1, maxCrashes: 1 },
      dispatch: { concurrency: 1_000, leaseMs: 2, heartbeatMs: 1, sendTimeoutMs: 1, sweepMs: 1 },
      events: { "Anything at all": z.string() },
    });
  });

  test("createCallboard() reads and writes nothing, and starts no timer", async () => {
    const clock = testClock();
    const untouched = new Proxy(await kind.open(clock), {
      get(target, port) {
        const value: unknown = Reflect.get(target, port);
        if (typeof value !== "object" || value === null) return () => expect.unreachable(`${String(port)}()`);
        return new Proxy(value, {
          get: (_, verb) => () => expect.unreachable(`${String(port)}.${String(verb)}`),
        });
      },
    });
    await create({ storage: untouched, clock });
    expect(clock.pendingTimers).toBe(0);
  });
});
