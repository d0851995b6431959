import type { Telemetry, TelemetrySpan } from "@callboard/core/adapter";
import { expect, test } from "vitest";
import { openTelemetry } from "../src/index.js";
import { Observer } from "./observer.js";
import { openStage } from "./stage.js";

const broken = () => {
  throw new Error("The collector is on fire.");
};
const rejecting = async () => broken();

/** A span all of whose parts throw. */
const brokenSpan: TelemetrySpan = {
  get traceParent() {
    return broken();
  },
  set: broken,
  link: broken,
  fail: broken,
};

/** Ways in which a host's telemetry may misbehave. */
const failing: Readonly<Record<string, Telemetry>> = {
  "throws everywhere": { span: broken, count: broken, record: broken },
  "rejects everywhere": { span: rejecting, count: rejecting, record: rejecting },
  "throws in its spans": { span: (_, work) => void work(brokenSpan), count: broken, record: broken },
  "throws after it has begun": {
    span(_, work) {
      void work(brokenSpan);
      broken();
    },
    count: broken,
    record: broken,
  },
  "never calls the work": { span: () => undefined, count: () => undefined, record: () => undefined },
  "calls the work twice": {
    span(_, work) {
      void work(brokenSpan);
      void work(brokenSpan);
    },
    count: () => undefined,
    record: () => undefined,
  },
  "calls the work late": {
    span: (_, work) => void setImmediate(() => work(brokenSpan)),
    count: () => undefined,
    record: () => undefined,
  },
};

test.each(Object.entries(failing))(
  "with telemetry that %s, each person is told once",
  async (_, telemetry) => {
    const stage = await openStage({ telemetry, people: 3 });
    const { queued } = await stage.queue();
    await stage.clock.advance(0);
    expect(stage.transport.sent).toHaveLength(3);
    const answer = await stage.report(stage.transport.receipt("fake-1", "read"));
    expect(answer.status).toBe(200);
    const rows = await stage.storage.notifications.getMany(queued.map(({ id }) => id));
    expect(rows.map(({ status, traceParent }) => [status, traceParent]).sort()).toEqual([
      ["read", null],
      ["sent", null],
      ["sent", null],
    ]);
    await stage.close();
  },
);

test("a caller's mistake is thrown as it is, whatever telemetry does", async () => {
  const wrong = { template: "order", userIds: ["user-1"], context: {} } as never;
  for (const telemetry of Object.values(failing)) {
    const stage = await openStage({ telemetry });
    await expect(stage.callboard.queueNotificationsToUsers(wrong)).rejects.toMatchObject({
      name: "InvalidContextError",
    });
    await stage.close();
  }
});

test("the first failure of telemetry is logged, and no other", async () => {
  const stage = await openStage({ telemetry: failing["throws everywhere"] as Telemetry, people: 3 });
  await stage.queue();
  await stage.clock.advance(0);
  const told = stage.logger.entries.filter(({ message }) => message.includes("telemetry"));
  expect(told).toMatchObject([{ level: "warn", fields: { err: new Error("The collector is on fire.") } }]);
  await stage.close();
});

test("a traceparent that is none is not stored", async () => {
  for (const traceParent of [
    "",
    "00-xyz",
    "01-1",
    `00-${"a".repeat(32)}-${"b".repeat(16)}-01\n`,
    17 as never,
  ]) {
    const span: TelemetrySpan = {
      traceParent,
      set: () => undefined,
      link: () => undefined,
      fail: () => undefined,
    };
    const telemetry: Telemetry = {
      span: (_, work) => void work(span),
      count: () => undefined,
      record: () => undefined,
    };
    const stage = await openStage({ telemetry });
    const { queued } = await stage.queue();
    const [row] = await stage.storage.notifications.getMany([queued[0]?.id ?? ""]);
    expect(row?.traceParent).toBeNull();
    await stage.close();
  }
});

test("a row with a traceparent that is none is sent without a link", async () => {
  const observer = new Observer();
  const stage = await openStage({ telemetry: openTelemetry(observer) });
  const { notifications } = stage.storage;
  const { claim } = notifications;
  Object.assign(notifications, {
    claim: async (...request: Parameters<typeof claim>) =>
      (await claim(...request)).map((row) => ({ ...row, traceParent: "00-0-0-0" })),
  });
  await stage.queue();
  await stage.clock.advance(0);
  expect((await observer.span("callboard send chat")).links).toEqual([]);
  await stage.close();
  await observer.close();
});
