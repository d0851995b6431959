import type { CancellableRequest, Notification, NotificationStore } from "@callboard/core/adapter";
import { tellAda, toAda } from "./forgotten-person.js";
import { draft, drafts, moveTo, type Stage, transition, waiting } from "./stage.js";

export function cancellingConformance<Tx>({ runner: { equal }, test }: Stage<Tx>): void {
  test("findCancellable() finds what is unfinished under a key, and nothing else", async (stage) => {
    const { notifications } = stage.storage;
    const told = await tellAda(stage, { cancelKey: "order-1" });
    const { sent, failed, leaseToken, ...unfinished } = told;
    for (const status of ["delivered", "read", "cancelled", "expired"] as const) {
      const row = draft({ cancelKey: "order-1" });
      await notifications.insertMany([row]);
      await moveTo(notifications, row, transition(status));
    }
    await notifications.insertMany([draft(toAda), draft({ ...toAda, cancelKey: "order-2" })]);
    const found = await notifications.findCancellable({ cancelKey: "order-1", limit: 100 });
    equal(idsOf(found).toSorted(), idsOf(Object.values(unfinished)).toSorted());
    equal(found.toSorted(byId), (await notifications.getMany(idsOf(found))).toSorted(byId));
    equal(await notifications.findCancellable({ cancelKey: "order-3", limit: 100 }), []);
  });

  test("findCancellable() with conditions finds what fits all of them", async ({
    storage: { notifications },
  }) => {
    const cancelKey = "order-1";
    const wanted = draft({ userId: "ada", cancelKey });
    const differing = {
      channel: draft({ userId: "ada", cancelKey, channel: "email" }),
      userIds: draft({ userId: "grace", cancelKey }),
      exceptBatchId: draft({ userId: "ada", cancelKey, batchId: "batch-new" }),
    };
    await notifications.insertMany([wanted, ...Object.values(differing)]);
    const conditions = { channel: "whatsapp", userIds: ["mary", "ada"], exceptBatchId: "batch-new" };
    const find = async (request: Partial<CancellableRequest>) =>
      idsOf(await notifications.findCancellable({ cancelKey, limit: 100, ...request })).toSorted();
    equal(await find(conditions), [wanted.id]);
    for (const [name, { id }] of Object.entries(differing)) {
      const others = Object.fromEntries(Object.entries(conditions).filter(([one]) => one !== name));
      equal([name, await find(others)], [name, [wanted.id, id].toSorted()]);
      const alone = Object.values(differing).filter((row) => row.id !== id);
      const fitting = [wanted, ...alone].map((row) => row.id).toSorted();
      equal([name, await find({ [name]: conditions[name as keyof typeof conditions] })], [name, fitting]);
    }
    equal(await find({ userIds: [] }), []);
  });

  test("findCancellable() walks by id, so many at a time", async ({ storage: { notifications } }) => {
    const ids = ["B-1", "a-1", "a-10", "a-2", "b-1", "b-2", "c-1"];
    const ofOne = ids.slice(0, 4).map((id) => draft({ id, batchId: "batch-one", cancelKey: "order-1" }));
    const ofMany = ids.slice(4).map((id) => draft({ id, cancelKey: "order-1" }));
    await notifications.insertMany([...ofMany, ...ofOne.toReversed()]);
    const pages = await walk(notifications, { cancelKey: "order-1", limit: 3 });
    equal(pages.map(idsOf), [ids.slice(0, 3), ids.slice(3, 6), ids.slice(6)]);
  });

  test("findCancellable() takes a thousand people at once", async ({ storage: { notifications } }) => {
    const cancelKey = "order-1";
    const batchId = "batch-of-thousands";
    const rows = Array.from({ length: 1_500 }, (_, index) =>
      draft({ batchId, cancelKey, userId: `u-${index}` }),
    );
    await notifications.insertMany(rows);
    const userIds = rows.slice(250, 1_250).map(({ userId }) => userId);
    const found = await notifications.findCancellable({ cancelKey, userIds, limit: 2_000 });
    equal(found.map(({ userId }) => userId).toSorted(), userIds.toSorted());
  });

  test("findCancellable() tells keys and people apart by case, accents and spaces at either end", async ({
    storage: { notifications },
  }) => {
    const toldApart = ["ada", "Ada", "ada ", " ada", "ad\u00e1", "ada\u0301", "ada%", "ad_", "null"];
    const rows = toldApart.map((text) => draft({ cancelKey: text, userId: text }));
    const people = toldApart.map((userId) =>
      draft({ cancelKey: "everybody", batchId: "batch-of-all", userId }),
    );
    await notifications.insertMany([...rows, ...people, draft()]);
    for (const [index, text] of toldApart.entries()) {
      const ofKey = await notifications.findCancellable({ cancelKey: text, limit: 100 });
      equal([text, idsOf(ofKey)], [text, [rows[index]?.id]]);
      const ofPerson = { cancelKey: "everybody", userIds: [text], limit: 100 };
      equal([text, idsOf(await notifications.findCancellable(ofPerson))], [text, [people[index]?.id]]);
    }
  });

  test("findCancellable() in a transaction sees what it wrote, and what it cancelled", async ({
    storage,
  }) => {
    const { notifications } = storage;
    const rows = drafts(2, { cancelKey: "order-1" });
    await storage.transaction(async (transaction) => {
      const find = async () =>
        idsOf(await notifications.findCancellable({ cancelKey: "order-1", limit: 10 }, { transaction }));
      await notifications.insertMany(rows, { transaction });
      const [first = "", second] = rows.map(({ id }) => id).toSorted();
      equal(await find(), [first, second]);
      await notifications.settle([{ id: first, from: waiting, transition: transition("cancelled") }], {
        transaction,
      });
      equal(await find(), [second]);
    });
  });
}

async function walk(store: NotificationStore<never>, request: CancellableRequest): Promise<Notification[][]> {
  const pages: Notification[][] = [];
  let page: Notification[] = [];
  do {
    const last = page.at(-1)?.id;
    page = await store.findCancellable({ ...request, ...(last !== undefined && { afterId: last }) });
    if (page.length > 0) pages.push(page);
  } while (page.length > 0 && pages.length < 100);
  return pages;
}

function idsOf(notifications: readonly Pick<Notification, "id">[]): string[] {
  return notifications.map(({ id }) => id);
}

function byId(a: Notification, b: Notification): number {
  return a.id < b.id ? -1 : 1;
}
