import { describe, expect, test } from "vitest";
import { chatTransport, onStage, peopleUpTo } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";

describe.each(storageKinds)("on $name", (kind) => {
  test(
    "an endless stream of urgent messages slows the others down, and never stops them",
    onStage(kind, { people: 40 }, async (stage) => {
      const sent: string[] = [];
      let urgent = 0;
      const worker = await stage.started({
        dispatch: { concurrency: 4 },
        transport: chatTransport(async ({ notificationId }) => {
          sent.push(notificationId);
          // For each message that leaves another urgent one is queued.
          if (sent.length < 400) await stage.queueOne(worker, { priority: "high", context: urgentOrder() });
          return { providerMessageId: `id-of-${notificationId}` };
        }),
      });
      const urgentOrder = () => ({ order: `urgent ${++urgent}` });
      const low = new Set(await stage.queue(worker, { people: 10, priority: "low" }));
      await stage.queue(worker, { userIds: peopleUpTo(40).slice(10), priority: "high" });
      await stage.until(() => sent.length >= 400);
      const places = sent.flatMap((id, index) => (low.has(id) ? index : []));
      expect(places).toHaveLength(10);
      // Ahead of the last of them nearly everything was urgent.
      expect(places.at(-1)!).toBeGreaterThan(100);
    }),
  );

  test(
    "ten urgent messages overtake 500 that were queued before them",
    onStage(kind, { people: 510 }, async (stage) => {
      const worker = stage.worker({ dispatch: { concurrency: 10 } });
      await worker.callboard.templates.load();
      const people = peopleUpTo(510);
      await stage.queue(worker, { userIds: people.slice(0, 500), priority: "low" });
      const urgent = new Set(await stage.queue(worker, { userIds: people.slice(500), priority: "high" }));
      await worker.callboard.start();
      await stage.until(async () => (await stage.counts()).sent === 510);
      const order = worker.transport.sent.map(({ notificationId }) => urgent.has(notificationId));
      expect(order.lastIndexOf(true)).toBeLessThan(13);
    }),
  );
});
