import type {
  FailureClass,
  Notification,
  NotificationPage,
  NotificationStore,
  PageRequest,
  Period,
} from "@callboard/core/adapter";
import { draft, drafts, get, moveTo, type Stage, type StorageUnderTest, transition } from "./stage.js";

export function readingConformance<Tx>({ runner: { equal }, test }: Stage<Tx>): void {
  test("page() walks through everything once, newest first", async ({ storage, advance }) => {
    const ids: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const rows = drafts(3);
      await storage.notifications.insertMany(rows);
      ids.unshift(...rows.map(({ id }) => id));
      await advance(1_000);
    }
    const pages = await walk(storage.notifications, { limit: 4 });
    equal(
      pages.map(({ notifications }) => notifications.length),
      [4, 4, 1],
    );
    const seen = pages.flatMap(({ notifications }) => notifications);
    equal(seen.map(({ id }) => id).toSorted(), ids.toSorted());
    equal(
      seen.every(
        (row, index) => index === 0 || row.createdAt <= (seen[index - 1]?.createdAt ?? row.createdAt),
      ),
      true,
    );
  });

  test("page() with one filter gives all that fit it, and nothing else", async (stage) => {
    const { notifications } = stage.storage;
    const { wanted, differing, filters } = await variety(stage);
    const all = [wanted, ...Object.values(differing)];
    for (const [filter, value] of Object.entries(filters)) {
      const { id: other } = differing[filter as keyof typeof differing];
      const fitting = all.map(({ id }) => id).filter((id) => id !== other);
      const found = await notifications.page({ limit: 100, [filter]: value });
      equal([filter, idsOf(found)], [filter, fitting.toSorted()]);
    }
  });

  test("page() with several filters gives what fits every one of them", async (stage) => {
    const { notifications } = stage.storage;
    const { wanted, differing, filters } = await variety(stage);
    equal(idsOf(await notifications.page({ limit: 100, ...filters })), [wanted.id]);
    for (const [filter, { id }] of Object.entries(differing)) {
      const others = Object.fromEntries(Object.entries(filters).filter(([name]) => name !== filter));
      const found = await notifications.page({ limit: 100, ...others });
      equal([filter, idsOf(found)], [filter, [wanted.id, id].toSorted()]);
    }
  });

  test("page() by batch gives the rows of one call", async ({ storage: { notifications } }) => {
    const batch = drafts(3, { userId: "ada" });
    await notifications.insertMany([...batch, draft({ userId: "ada" }), draft()]);
    const [{ batchId } = draft()] = batch;
    equal(idsOf(await notifications.page({ limit: 100, batchId })), batch.map(({ id }) => id).toSorted());
    equal((await notifications.page({ limit: 100, batchId, userId: "grace" })).notifications, []);
  });

  test("page() by person and key gives what was queued under it, to the letter", async ({
    storage: { notifications },
  }) => {
    const keys = ["evt-1", "EVT-1", "evt-1 ", " evt-1", "\u00e9vt", "e\u0301vt", "evt_1", "evt%"];
    const rows = keys.map((idempotencyKey) => draft({ userId: "ada", idempotencyKey }));
    const again = draft({ userId: "ada", idempotencyKey: "evt-1", template: "invoice" });
    const ofOthers = ["Ada", "grace"].map((userId) => draft({ userId, idempotencyKey: "evt-1" }));
    await notifications.insertMany([...rows, again, ...ofOthers, draft({ userId: "ada" })]);
    for (const [index, idempotencyKey] of keys.entries()) {
      const found = await notifications.page({ limit: 100, userId: "ada", idempotencyKey });
      const fitting = [rows[index]?.id, ...(idempotencyKey === "evt-1" ? [again.id] : [])];
      equal([idempotencyKey, idsOf(found)], [idempotencyKey, fitting.toSorted()]);
    }
    const request = { limit: 1, userId: "ada", idempotencyKey: "evt-1" };
    const pages = await walk(notifications, request);
    equal(pages.flatMap(idsOf).toSorted(), [rows[0]?.id, again.id].toSorted());
    equal(idsOf(await notifications.page({ ...request, idempotencyKey: "evt-2" })), []);
  });

  test("page() takes the name of a group and the id of a related contact to the letter", async ({
    storage: { notifications },
  }) => {
    const names = [
      "Sales",
      "sales",
      "Sales Team",
      "Sal%",
      "S_les",
      'Sa"les',
      "Sa\\les",
      "Sales,Team",
      "[Sales]",
    ];
    const rows = names.map((name) => draft({ groupNames: ["Everyone", name], relatedContact: { id: name } }));
    await notifications.insertMany(rows);
    for (const [index, groupName] of names.entries()) {
      const found = await notifications.page({ limit: 100, groupName });
      equal([groupName, idsOf(found)], [groupName, [rows[index]?.id]]);
      const about = await notifications.page({ limit: 100, relatedContactId: groupName });
      equal([groupName, idsOf(about)], [groupName, [rows[index]?.id]]);
    }
  });

  test("page() walks through what fits its filters, however much lies between", async ({
    storage: { notifications },
    advance,
  }) => {
    const wanted: string[] = [];
    // One batch, as a call for many people writes it: page by page.
    const changes = {
      batchId: "batch-wanted",
      template: "invoice",
      groupNames: ["Finance Team"],
      relatedContact: { id: "c-7" },
    };
    for (let round = 0; round < 4; round += 1) {
      const rows = drafts(3, changes);
      await notifications.insertMany([...drafts(5), ...rows]);
      wanted.push(...rows.map(({ id }) => id));
      await advance(1_000);
    }
    for (const filter of [
      { template: "invoice" },
      { groupName: "Finance Team" },
      { relatedContactId: "c-7" },
    ]) {
      const pages = await walk(notifications, { ...filter, limit: 5 });
      equal(
        pages.map((page) => page.notifications.length),
        [5, 5, 2],
      );
      equal(pages.flatMap(idsOf).toSorted(), wanted.toSorted());
    }
  });

  test("page() from a time takes what was created at it, and until a time does not", async (stage) => {
    const { notifications } = stage.storage;
    const { ids, first, second, third } = await oneEachSecond(stage);
    const within = async (period: Partial<Period>) => {
      const { notifications: found } = await notifications.page({ limit: 100, ...period });
      return found.map(({ id }) => ids.indexOf(id));
    };
    equal(await within({ from: second }), [2, 1]);
    equal(await within({ until: second }), [0]);
    equal(await within({ from: first, until: third }), [1, 0]);
  });

  test("count() puts together what shares a status, template, channel and failure", async (stage) => {
    const { notifications } = stage.storage;
    const refused = (failureClass: FailureClass, providerCode: string | null) =>
      transition("failed", { failure: { failureClass, providerCode, message: "Refused.", hint: "Ask." } });
    const steps = [
      refused("permanent-recipient", "131026"),
      refused("permanent-recipient", "131026"),
      refused("permanent-recipient", null),
      refused("permanent-request", "131026"),
      transition("expired"),
    ];
    const moving = steps.map((step) => ({ row: draft(), step }));
    await notifications.insertMany([...drafts(3), draft({ channel: "email" })]);
    await notifications.insertMany(drafts(2, { template: "invoice" }));
    await notifications.insertMany(moving.map(({ row }) => row));
    for (const { row, step } of moving) await moveTo(notifications, row, step);
    const common = { channel: "whatsapp", failureClass: null, providerCode: null };
    const order = { ...common, template: "order_created" };
    const failed = { ...order, status: "failed", failureClass: "permanent-recipient" };
    equal(
      inOrder(await notifications.count({ from: new Date(0) })),
      inOrder([
        { ...order, status: "pending", count: 3 },
        { ...common, status: "pending", template: "invoice", count: 2 },
        { ...order, status: "pending", channel: "email", count: 1 },
        { ...failed, providerCode: "131026", count: 2 },
        { ...failed, count: 1 },
        { ...failed, failureClass: "permanent-request", providerCode: "131026", count: 1 },
        { ...order, status: "expired", count: 1 },
      ]),
    );
  });

  test("count() from a time takes what was created at it, and until a time does not", async (stage) => {
    const { notifications } = stage.storage;
    const { first, second, third } = await oneEachSecond(stage);
    const countsOf = async (period: Period) => (await notifications.count(period)).map(({ count }) => count);
    equal(await countsOf({ from: first }), [3]);
    equal(await countsOf({ from: second }), [2]);
    equal(await countsOf({ from: first, until: third }), [2]);
    equal(await countsOf({ from: second, until: third }), [1]);
    equal(await countsOf({ from: new Date(third.getTime() + 1) }), []);
  });
}

async function walk(store: NotificationStore<never>, request: PageRequest): Promise<NotificationPage[]> {
  const pages: NotificationPage[] = [];
  let after: string | null = null;
  do {
    const page: NotificationPage = await store.page({ ...request, ...(after !== null && { after }) });
    pages.push(page);
    after = page.next;
  } while (after !== null && pages.length < 100);
  return pages;
}

/** A notification that fits all of `filters`, and for each of these one that differs from it in nothing else. */
async function variety<Tx>(stage: StorageUnderTest<Tx>) {
  const { storage, advance } = stage;
  const all = {
    userId: "ada",
    groupNames: ["Sales Team", "System Admins"],
    template: "invoice",
    channel: "email",
    relatedContact: { id: "c-7", name: "Tariro" },
  };
  const [early, wanted, late] = [draft(all), draft(all), draft(all)];
  const differing = {
    status: draft(all),
    userId: draft({ ...all, userId: "grace" }),
    groupName: draft({ ...all, groupNames: ["Sales", "Team"] }),
    template: draft({ ...all, template: "order_created" }),
    channel: draft({ ...all, channel: "whatsapp" }),
    relatedContactId: draft({ ...all, relatedContact: null }),
  };
  await storage.notifications.insertMany([early]);
  await advance(1_000);
  await storage.notifications.insertMany([wanted, ...Object.values(differing)]);
  await advance(1_000);
  await storage.notifications.insertMany([late]);
  await moveTo(storage.notifications, differing.status, transition("expired"));
  const filters = {
    status: "pending",
    userId: "ada",
    groupName: "Sales Team",
    template: "invoice",
    channel: "email",
    relatedContactId: "c-7",
    from: (await get(stage, wanted.id)).createdAt,
    until: (await get(stage, late.id)).createdAt,
  } as const;
  return { wanted, differing: { ...differing, from: early, until: late }, filters };
}

/** Three notifications, and when each was created. */
async function oneEachSecond<Tx>(stage: StorageUnderTest<Tx>) {
  const rows: Notification[] = [];
  for (const row of [draft(), draft(), draft()]) {
    await stage.storage.notifications.insertMany([row]);
    rows.push(await get(stage, row.id));
    await stage.advance(1_000);
  }
  const [first, second, third] = rows.map(({ createdAt }) => createdAt) as [Date, Date, Date];
  return { ids: rows.map(({ id }) => id), first, second, third };
}

function idsOf({ notifications }: NotificationPage): string[] {
  return notifications.map(({ id }) => id).toSorted();
}

function inOrder(lines: readonly object[]): object[] {
  const keyed = lines.map((line) => [JSON.stringify(Object.entries(line).toSorted()), line] as const);
  return keyed.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
}
