import { describe, expect, test } from "vitest";
import { onStage, receipt } from "./engine-stage.js";
import { heard, sentOne, storageKinds } from "./webhook-stage.js";

const acknowledge = { id: "ack", label: "Acknowledge" };
const decline = { id: "no", label: "Decline" };
const at = new Date("2026-01-01T00:05:00Z");

describe.each(storageKinds)("on $name", (kind) => {
  test(
    "a press says of the notification when and with which button, that it was read, and is told once",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const events = heard([worker], "notification.read", "notification.acknowledged");
      const id = await sentOne(stage, worker);
      await stage.report(worker, worker.transport.press("fake-1", acknowledge, at));
      const row = await stage.get(id);
      expect(row).toMatchObject({
        ...{ userId: "user-1", status: "read", readAt: at },
        ...{ acknowledgedAt: at, acknowledgedWith: acknowledge },
      });
      expect(events).toEqual([
        { name: "notification.read", event: { notification: row } },
        { name: "notification.acknowledged", event: { notification: row } },
      ]);
    }),
  );

  test(
    "a press of what was read before is told as acknowledged alone, and keeps when it was read",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const id = await sentOne(stage, worker);
      const read = receipt("fake-1", "read");
      await stage.report(worker, read);
      const events = heard([worker], "notification.read", "notification.acknowledged");
      await stage.report(worker, worker.transport.press("fake-1", acknowledge, at));
      expect(await stage.get(id)).toMatchObject({ readAt: read.occurredAt, acknowledgedAt: at });
      expect(events.map(({ name }) => name)).toEqual(["notification.acknowledged"]);
    }),
  );

  test(
    "a second press, of whichever button, changes nothing and is told to nobody",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const id = await sentOne(stage, worker);
      const press = worker.transport.press("fake-1", acknowledge, at);
      const later = new Date(at.getTime() + 1_000);
      await stage.report(worker, press, worker.transport.press("fake-1", decline, later));
      const row = await stage.get(id);
      expect(row.acknowledgedWith).toEqual(acknowledge);
      const events = heard([worker], "notification.read", "notification.acknowledged");
      await stage.report(worker, press);
      await stage.report(worker, worker.transport.press("fake-1", decline, later));
      expect(await stage.get(id)).toEqual(row);
      expect(events).toEqual([]);
    }),
  );

  test(
    "what becomes known of a message after the press is noted, and tells of no press again",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const id = await sentOne(stage, worker);
      await stage.report(worker, worker.transport.press("fake-1", acknowledge, at));
      const events = heard(
        [worker],
        ...(["notification.delivered", "notification.read", "notification.acknowledged"] as const),
      );
      const charge = { category: "utility", type: "regular", country: "ZW" };
      const delivered = receipt("fake-1", "delivered", { charge });
      await stage.report(worker, delivered);
      expect(await stage.get(id)).toMatchObject({
        ...{ status: "read", deliveredAt: delivered.occurredAt, charge },
        ...{ acknowledgedAt: at, acknowledgedWith: acknowledge },
      });
      expect(events).toEqual([]);
    }),
  );

  test(
    "a press that comes before its message is known counts with its button as soon as it is",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const events = heard([worker], "notification.acknowledged");
      worker.transport.hold();
      const id = await stage.queueOne(worker);
      await stage.until(async () => (await stage.attemptsOf(id)).length + worker.transport.sent.length === 2);
      await stage.report(worker, receipt("fake-1", "acknowledged", { button: acknowledge, occurredAt: at }));
      expect((await stage.get(id)).acknowledgedAt).toBeNull();
      worker.transport.release();
      await stage.until(async () => (await stage.get(id)).acknowledgedAt !== null);
      expect(await stage.get(id)).toMatchObject({ acknowledgedAt: at, acknowledgedWith: acknowledge });
      await worker.callboard.stop();
      expect(events).toHaveLength(1);
    }),
  );

  test(
    "a press of a message that seemed to have failed says that the person was told after all",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const id = await sentOne(stage, worker);
      await stage.report(worker, receipt("fake-1", "failed"));
      expect((await stage.get(id)).status).toBe("failed");
      await stage.report(worker, worker.transport.press("fake-1", acknowledge, at));
      expect(await stage.get(id)).toMatchObject({ status: "read", acknowledgedAt: at, failure: null });
    }),
  );

  test(
    "explain() tells what was pressed and when, and what the message is charged as",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const id = await sentOne(stage, worker);
      const charge = { category: "utility", type: "regular", country: "ZW" };
      await stage.report(worker, receipt("fake-1", "read", { charge, occurredAt: stage.clock.now() }));
      await stage.report(worker, worker.transport.press("fake-1", acknowledge, stage.clock.now()));
      const explanation = await worker.callboard.notifications.explain(id);
      expect(explanation?.steps.findLast(({ type }) => type === "receipt")).toMatchObject({
        ...{ status: "acknowledged", button: acknowledge },
      });
      const [heading = "", ...lines] = explanation?.text.split("\n") ?? [];
      expect(heading).toMatch(/: read at \S+ Charged as utility, regular, ZW\.$/);
      expect(lines.filter((line) => line.includes("pressed"))).toEqual([
        expect.stringMatching(/ receipt +pressed "Acknowledge" \(attempt 1\)$/),
      ]);
    }),
  );

  test(
    "explain() waits for a press as long as there is a button that nobody has pressed",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const id = await stage.queueOne(worker, { template: "request" });
      await stage.until(async () => (await stage.get(id)).status === "sent");
      const next = async () => {
        const explanation = await worker.callboard.notifications.explain(id);
        return [explanation?.next, explanation?.text.split(/ next +/).at(-1)];
      };
      await stage.report(worker, receipt("fake-1", "read"));
      expect(await next()).toEqual([
        { type: "receipts", at: null, awaited: ["acknowledged"] },
        "nothing more to do: the provider may still report a pressed button",
      ]);
      await stage.report(worker, worker.transport.press("fake-1"));
      expect(await next()).toEqual([{ type: "nothing", at: null, because: "read" }, "nothing: it was read"]);
    }),
  );
});
