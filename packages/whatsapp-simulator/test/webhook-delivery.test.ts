import fc from "fast-check";
import { expect, test } from "vitest";
import { type OpenSimulator, openSimulator, textMessage } from "./support/open-simulator.js";
import { type WebhookReceiver, webhookReceiver } from "./support/webhook-receiver.js";

// biome-ignore lint/suspicious/noExplicitAny: tests read deep into bodies of many shapes
type Json = any;

const valuesOf = (body: Json): Json[] =>
  body.entry.flatMap(({ changes }: Json) => changes.map(({ value }: Json) => value));

/** Every status that has come, as `message status`, in order. */
const statuses = ({ received }: WebhookReceiver): string[] =>
  received.flatMap(({ body }) =>
    valuesOf(body).flatMap(({ statuses = [] }) => statuses.map(({ id, status }: Json) => `${id} ${status}`)),
  );

const names = (receiver: WebhookReceiver) => statuses(receiver).map((line) => line.split(" ")[1]);

async function sendMany(send: OpenSimulator["send"], count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const to = `+26377${String(1_000_000 + index)}`;
    ids.push((await send(textMessage("Hello", { to }))).body.messages[0].id);
  }
  return ids;
}

test("batchSize puts that many updates into one body, and an update waits no longer than batchWaitMs", async () => {
  const receiver = await webhookReceiver();
  const { send, pass } = await openSimulator({
    webhookUrl: receiver.url,
    statusDelaysMs: { sent: 10, delivered: null, read: null },
    webhookDelivery: { batchSize: 3, batchWaitMs: 500 },
  });
  const ids = await sendMany(send, 4);
  await pass(10);
  expect(receiver.received).toHaveLength(1);
  const [value] = valuesOf(receiver.received[0]?.body);
  expect(value.statuses.map(({ id }: Json) => id)).toEqual(ids.slice(0, 3));
  expect(value.contacts.map(({ wa_id }: Json) => wa_id)).toEqual([
    "263771000000",
    "263771000001",
    "263771000002",
  ]);
  await pass(499);
  expect(receiver.received).toHaveLength(1);
  await pass(1);
  expect(statuses(receiver)).toEqual(ids.map((id) => `${id} sent`));
});

test("a batch keeps kinds apart in changes, and events of the account in entries of their own", async () => {
  const receiver = await webhookReceiver();
  const { simulator, send, pass } = await openSimulator({
    webhookUrl: receiver.url,
    statusDelaysMs: { sent: 10, delivered: 20, read: null },
    webhookDelivery: { batchSize: 4, batchWaitMs: 1_000 },
  });
  await send(textMessage("Hello"));
  await pass(20);
  const announced = simulator.announce("account_update", { event: "ACCOUNT_DELETED" });
  await simulator.receive({ from: "+263771234567", text: "Hi" });
  await announced;
  expect(receiver.received).toHaveLength(1);
  const { entry } = receiver.received[0]?.body ?? expect.fail();
  expect(entry.map(({ changes }: Json) => changes.map(({ field }: Json) => field))).toEqual([
    ["messages"],
    ["account_update"],
    ["messages"],
  ]);
  expect(entry[0].changes[0].value.statuses).toHaveLength(2);
  expect(entry[1].time).toBe(1_795_420_800);
});

test("neighbouring statuses and messages of one batch share an entry, each with its own change", async () => {
  const receiver = await webhookReceiver();
  const { simulator, send, pass } = await openSimulator({
    webhookUrl: receiver.url,
    statusDelaysMs: { sent: 10, delivered: null, read: null },
    webhookDelivery: { batchSize: 2 },
  });
  await send(textMessage("Hello"));
  await pass(10);
  await simulator.receive({ from: "+263771234567", text: "Hi" });
  const [{ changes }] = receiver.received[0]?.body.entry ?? expect.fail();
  expect(changes.map(({ value }: Json) => Object.keys(value).at(-1))).toEqual(["statuses", "messages"]);
});

test("doubledShare 1 posts every body twice, byte for byte", async () => {
  const receiver = await webhookReceiver();
  const { simulator, send, pass } = await openSimulator({
    webhookUrl: receiver.url,
    statusDelaysMs: { sent: 10, delivered: 20, read: null },
    webhookDelivery: { doubledShare: 1 },
  });
  await send(textMessage("Hello"));
  await pass(20);
  await receiver.atLeast(4);
  await simulator.settled();
  expect(names(receiver)).toEqual(["sent", "sent", "delivered", "delivered"]);
  expect(receiver.received[0]?.raw.equals(receiver.received[1]?.raw ?? Buffer.of())).toBe(true);
  expect(simulator.webhooks().map(({ posts }) => posts.length)).toEqual([2, 2]);
});

test("a reordered body is held back by reorderMs while later ones pass", async () => {
  const receiver = await webhookReceiver();
  const { send, pass } = await openSimulator({
    webhookUrl: receiver.url,
    // With this seed the first body is held back and the second is not.
    seed: 5,
    statusDelaysMs: { sent: 10, delivered: 20, read: null },
    webhookDelivery: { reorderedShare: 0.5, reorderMs: 1_000 },
  });
  await send(textMessage("Hello"));
  await pass(1_500);
  expect(names(receiver)).toEqual(["delivered", "sent"]);
});

test("delayMs holds each body back by a time drawn from the range, and keeps a message's order", async () => {
  const receiver = await webhookReceiver();
  const { send, pass } = await openSimulator({
    webhookUrl: receiver.url,
    seed: 1,
    statusDelaysMs: { sent: 0, delivered: 1, read: 2 },
    webhookDelivery: { delayMs: { min: 100, max: 200 } },
  });
  await send(textMessage("Hello"));
  await pass(99);
  expect(names(receiver)).toEqual([]);
  for (let step = 0; step < 10; step += 1) await pass(100);
  expect(names(receiver)).toEqual(["sent", "delivered", "read"]);
});

test("sentMissingShare 1 never tells of sent, though it happens; deliveredSkippedShare 1 goes straight to read", async () => {
  const receiver = await webhookReceiver();
  const { simulator, send, pass } = await openSimulator({
    webhookUrl: receiver.url,
    webhookDelivery: { sentMissingShare: 1, deliveredSkippedShare: 1 },
  });
  await send(textMessage("Hello"));
  await pass(1_000);
  expect(names(receiver)).toEqual(["read"]);
  expect(receiver.received[0]?.value.statuses[0]).toHaveProperty("pricing");
  expect(simulator.messages()[0]).toMatchObject({ sentAt: expect.any(Date), deliveredAt: null });
});

test("one seed gives the same webhooks in the same order in every run", async () => {
  const run = async (seed: number) => {
    const receiver = await webhookReceiver();
    const { send, pass } = await openSimulator({
      webhookUrl: receiver.url,
      seed,
      webhookDelivery: { doubledShare: 0.3, reorderedShare: 0.3, deliveredSkippedShare: 0.3 },
    });
    await sendMany(send, 8);
    for (let step = 0; step < 40; step += 1) await pass(50);
    return statuses(receiver);
  };
  const [first, second, other] = [await run(7), await run(7), await run(8)];
  expect(second).toEqual(first);
  expect(other).not.toEqual(first);
});

test("whatever the delivery, every status arrives, and only doubling adds to them", async () => {
  const share = fc.constantFrom(0, 0.2, 0.5, 1);
  const delivery = fc.record({
    batchSize: fc.integer({ min: 1, max: 5 }),
    doubledShare: share,
    reorderedShare: share,
    delayMs: fc.constant({ min: 0, max: 300 }),
  });
  await fc.assert(
    fc.asyncProperty(delivery, fc.integer(), async (webhookDelivery, seed) => {
      const receiver = await webhookReceiver();
      const { simulator, send, pass } = await openSimulator({
        webhookUrl: receiver.url,
        seed,
        webhookDelivery,
      });
      const ids = await sendMany(send, 4);
      for (let step = 0; step < 60; step += 1) await pass(100);
      const expected = ids.flatMap((id) => ["sent", "delivered", "read"].map((status) => `${id} ${status}`));
      expect([...new Set(statuses(receiver))].sort()).toEqual(expected.sort());
      if (webhookDelivery.doubledShare === 0) expect(statuses(receiver)).toHaveLength(expected.length);
      await simulator.stop();
    }),
    { numRuns: 15 },
  );
}, 60_000);

test('webhookRetryDelaysMs "seven-days" tries with growing gaps for a week of the clock, then gives up', async () => {
  const receiver = await webhookReceiver();
  receiver.answers.push(...Array.from({ length: 200 }, () => 500));
  const { simulator, send, pass, clock } = await openSimulator({
    webhookUrl: receiver.url,
    webhookRetryDelaysMs: "seven-days",
    statusDelaysMs: { sent: 0, delivered: null, read: null },
  });
  const start = clock.now().getTime();
  await send(textMessage("Hello"));
  await pass(0);
  const day = 24 * 3_600_000;
  for (let gap = 1_000, step = 0; step < 60; step += 1, gap = Math.min(gap * 2, day / 4)) await pass(gap);
  const [{ state, posts } = expect.fail()] = simulator.webhooks();
  expect(state).toBe("abandoned");
  const gaps = posts.slice(1).map(({ at }, index) => at.getTime() - (posts[index]?.at.getTime() ?? 0));
  expect(gaps.every((gap) => gap > 0)).toBe(true);
  const days = ((posts.at(-1)?.at.getTime() ?? 0) - start) / day;
  expect(days).toBeGreaterThan(6);
  expect(days).toBeLessThanOrEqual(7);
});

test("every subscribed app gets every body, signed with its own secret, and a retry goes to all of them", async () => {
  const [first, second] = [await webhookReceiver(), await webhookReceiver()];
  second.answers.push(500);
  const { simulator, pass } = await openSimulator({
    webhookUrl: first.url,
    otherApps: [{ webhookUrl: second.url, appSecret: "other" }],
    webhookRetryDelaysMs: [100],
  });
  const received = simulator.receive({ from: "+263771234567", text: "Hi" });
  await first.atLeast(1);
  await second.atLeast(1);
  await simulator.settled();
  await pass(100);
  await received;
  expect([first.received.length, second.received.length]).toEqual([2, 2]);
  expect(second.received[0]?.headers["x-hub-signature-256"]).not.toBe(
    first.received[0]?.headers["x-hub-signature-256"],
  );
  expect(simulator.webhooks()).toMatchObject([{ state: "delivered", posts: [{}, {}, {}, {}] }]);
});

test("webhooks() tells each body, when and where it was posted and how it was answered", async () => {
  const receiver = await webhookReceiver();
  receiver.answers.push(503);
  const { simulator, send, pass } = await openSimulator({
    webhookUrl: receiver.url,
    webhookRetryDelaysMs: [100],
    statusDelaysMs: { sent: 0, delivered: null, read: null },
  });
  await send(textMessage("Hello"));
  await pass(0);
  const post = {
    url: receiver.url,
    at: new Date("2026-11-23T08:00:00Z"),
    httpStatus: 503,
    problem: "answered 503",
  };
  expect(simulator.webhooks()).toEqual([
    { body: receiver.received[0]?.raw.toString(), state: "waiting", posts: [post] },
  ]);
  await pass(100);
  expect(simulator.webhooks()[0]).toMatchObject({
    state: "delivered",
    posts: [post, { at: new Date("2026-11-23T08:00:00.100Z"), httpStatus: 200, problem: null }],
  });
  simulator.reset();
  expect(simulator.webhooks()).toEqual([]);
});

test("reset() drops updates that wait for their batch", async () => {
  const receiver = await webhookReceiver();
  const { simulator, pass } = await openSimulator({
    webhookUrl: receiver.url,
    webhookDelivery: { batchSize: 10 },
  });
  const told = simulator.receive({ from: "+263771234567", text: "Hi" });
  simulator.reset();
  await told;
  await pass(1_000);
  expect(receiver.received).toEqual([]);
});
