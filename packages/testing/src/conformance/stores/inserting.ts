import { awkwardTexts } from "./awkward-texts.js";
import { draft, drafts, get, type Stage } from "./stage.js";

export function insertingConformance<Tx>({ runner: { equal, ok, rejects }, test }: Stage<Tx>): void {
  test("insertMany() writes every field, and each row as pending and due now", async (stage) => {
    const row = draft({
      content: {
        text: "Grüße 👩🏽‍🔧 \u202bשלום\u202c\n*bold*",
        variables: null,
        buttons: [{ type: "reply", id: "ack", label: "OK" }],
        channel: { category: "UTILITY" },
      },
      relatedContact: { id: "c-7", name: "Tariro" },
      metadata: { order: { lines: [1, 2.5, null, true] }, "quo'te": '"' },
      groupNames: ["Sales Team"],
      priority: "high",
      onUncertain: "hold",
      cancelKey: "order-SO-1",
      onlyIf: "orderStillOpen",
      traceParent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    });
    equal(await stage.storage.notifications.insertMany([row]), { insertedIds: [row.id], existing: [] });
    const { notBefore, ...rest } = row;
    const stored = await get(stage, row.id);
    for (const [key, value] of Object.entries(rest)) equal(stored[key as keyof typeof rest], value);
    equal(
      [stored.status, stored.attempts, stored.crashes, stored.sentAt, stored.failure, stored.replayedAt],
      ["pending", 0, 0, null, null, null],
    );
    equal(stored.nextAttemptAt, stored.createdAt);
  });

  test("insertMany() keeps times to the millisecond", async (stage) => {
    const row = draft({
      notBefore: new Date("2031-03-30T01:30:00.123Z"),
      expiresAt: new Date("2031-10-26T00:59:59.999Z"),
    });
    await stage.storage.notifications.insertMany([row]);
    const { notBefore, nextAttemptAt, expiresAt } = await get(stage, row.id);
    equal([notBefore, nextAttemptAt, expiresAt], [row.notBefore, row.notBefore, row.expiresAt]);
  });

  test("insertMany() of nothing writes nothing", async ({ storage }) => {
    equal(await storage.notifications.insertMany([]), { insertedIds: [], existing: [] });
  });

  test("insertMany() takes more rows than a statement has parameters for", async ({ storage }) => {
    const rows = drafts(2_500);
    equal((await storage.notifications.insertMany(rows)).insertedIds.length, 2_500);
  });

  test("insertMany() with a key that was used gives back the row that is there", async ({ storage }) => {
    const first = draft({ idempotencyKey: "evt-1", userId: "ada" });
    const second = draft({ idempotencyKey: "evt-1", userId: "ada" });
    const other = draft({ idempotencyKey: "evt-1", userId: "grace" });
    await storage.notifications.insertMany([first]);
    const { insertedIds, existing } = await storage.notifications.insertMany([second, other]);
    equal(insertedIds, [other.id]);
    equal(
      existing.map(({ id, userId, status }) => ({ id, userId, status })),
      [{ id: first.id, userId: "ada", status: "pending" }],
    );
    equal((await storage.notifications.getMany([second.id])).length, 0);
  });

  test("insertMany() with a used key tells the content that is there", async ({ storage }) => {
    const first = draft({ idempotencyKey: "evt-1", userId: "ada" });
    await storage.notifications.insertMany([first]);
    const changed = draft({ idempotencyKey: "evt-1", userId: "ada", contentHash: "hash-2" });
    const { insertedIds, existing } = await storage.notifications.insertMany([changed]);
    equal(insertedIds, []);
    equal(
      existing.map(({ id, contentHash }) => ({ id, contentHash })),
      [{ id: first.id, contentHash: "hash-1" }],
    );
  });

  test("discardBatch() takes back the rows of one batch, keys included, in its transaction", async ({
    storage,
  }) => {
    const kept = draft({ batchId: "batch-kept", idempotencyKey: "evt-1" });
    const discarded = draft({ batchId: "batch-discarded", idempotencyKey: "evt-2" });
    await storage.transaction(async (transaction) => {
      await storage.notifications.insertMany([kept, discarded], { transaction });
      await storage.notifications.discardBatch("batch-discarded", { transaction });
    });
    equal(
      (await storage.notifications.getMany([kept.id, discarded.id])).map(({ id }) => id),
      [kept.id],
    );
    equal((await storage.notifications.insertMany([discarded])).insertedIds, [discarded.id]);
  });

  test("insertMany() from many callers with one key writes one row each person, and tells all of them the truth", async ({
    storage,
  }) => {
    const calls = Array.from({ length: 8 }, () =>
      ["ada", "grace"].map((userId) => draft({ idempotencyKey: "evt-1", userId })),
    );
    const results = await Promise.all(calls.map((rows) => storage.notifications.insertMany(rows)));
    const inserted = results.flatMap(({ insertedIds }) => insertedIds);
    equal(inserted.length, 2);
    for (const { insertedIds, existing } of results) {
      const told = [...insertedIds, ...existing.map(({ id }) => id)];
      equal(told.toSorted(), inserted.toSorted());
    }
  });

  test("insertMany() without a key never meets a duplicate", async ({ storage }) => {
    const rows = drafts(2, { userId: "ada" });
    equal((await storage.notifications.insertMany(rows)).insertedIds.length, 2);
    const again = draft({ userId: "ada" });
    equal((await storage.notifications.insertMany([again])).insertedIds, [again.id]);
  });

  test("transaction() that rejects leaves no row, and rethrows", async ({ storage }) => {
    const row = draft({ idempotencyKey: "evt-1" });
    const failing = () =>
      storage.transaction(async (transaction) => {
        await storage.notifications.insertMany([row], { transaction });
        throw new RangeError("the host changed its mind");
      });
    await rejects(failing, { name: "RangeError" });
    equal(await storage.notifications.getMany([row.id]), []);
    const again = await storage.notifications.insertMany([row]);
    equal(again.insertedIds, [row.id]);
  });

  test("transaction() shows nobody else what it writes before it commits", async ({ storage }) => {
    const row = draft();
    const readings: Promise<unknown>[] = [];
    const failing = () =>
      storage.transaction(async (transaction) => {
        await storage.notifications.insertMany([row], { transaction });
        // Not awaited: where there is one connection, it waits for the end of the transaction.
        readings.push(storage.notifications.getMany([row.id]));
        equal(await storage.groups.known(["Sales Team"], { transaction }), []);
        throw new RangeError("the host changed its mind");
      });
    await rejects(failing, { name: "RangeError" });
    equal(await Promise.all(readings), [[]]);
  });

  test("transaction() that resolves commits all that was written with it", async ({ storage }) => {
    const row = draft();
    const result = await storage.transaction(async (transaction) => {
      await storage.groups.ensure(["Sales Team"], { transaction });
      await storage.groups.addMembers("Sales Team", ["ada"], { transaction });
      await storage.notifications.insertMany([row], { transaction });
      return "done";
    });
    equal(result, "done");
    equal((await storage.notifications.getMany([row.id])).length, 1);
    equal(await storage.groups.list(), [{ name: "Sales Team", memberCount: 1 }]);
  });

  test("insertMany() keeps text to the letter, whatever is in it", async (stage) => {
    const rows = awkwardTexts.map((text) =>
      draft({
        userId: text,
        address: text,
        content: {
          text,
          variables: [text],
          buttons: [{ type: "reply", id: text, label: text }],
          channel: { [text]: text },
        },
        relatedContact: { id: text, name: text },
        metadata: { [text]: [text] },
        idempotencyKey: text,
        cancelKey: text,
        onlyIf: text,
        groupNames: [text],
      }),
    );
    await stage.storage.notifications.insertMany(rows);
    for (const { notBefore, ...row } of rows) {
      const stored = await get(stage, row.id);
      for (const [key, value] of Object.entries(row)) equal(stored[key as keyof typeof row], value);
      const { notifications: found } = await stage.storage.notifications.page({
        userId: row.userId,
        limit: 10,
      });
      equal(
        found.map(({ id }) => id),
        [row.id],
      );
    }
  });

  test("insertMany() tells keys apart by case, accents and spaces at either end", async ({
    storage: { notifications },
  }) => {
    const toldApart = ["evt", "EVT", "evt ", " evt", "\u00e9vt", "e\u0301vt"];
    const rows = () => toldApart.map((idempotencyKey) => draft({ userId: "ada", idempotencyKey }));
    for (const row of rows()) equal((await notifications.insertMany([row])).insertedIds, [row.id]);
    const { insertedIds, existing } = await notifications.insertMany(rows());
    equal([insertedIds, existing.length], [[], toldApart.length]);
  });

  test("insertMany() tells people apart by case, accents and spaces at either end", async ({
    storage: { notifications },
  }) => {
    const toldApart = ["ada", "Ada", "ada ", " ada", "ad\u00e1", "ada\u0301"];
    const rows = () => toldApart.map((userId) => draft({ userId, idempotencyKey: "evt-1" }));
    for (const row of rows()) equal((await notifications.insertMany([row])).insertedIds, [row.id]);
    const { insertedIds, existing } = await notifications.insertMany(rows());
    equal([insertedIds, existing.map(({ userId }) => userId).toSorted()], [[], toldApart.toSorted()]);
    for (const userId of toldApart) {
      const found = await notifications.page({ userId, limit: 10 });
      equal(
        found.notifications.map((row) => row.userId),
        [userId],
      );
    }
  });

  test("insertMany() keeps ids exact that are numbers too long for JavaScript", async (stage) => {
    const longNumbers = ["9007199254740992", "9007199254740993", "18446744073709551615", "007"];
    const rows = longNumbers.map((id) =>
      draft({ id, userId: id, idempotencyKey: id, relatedContact: { id }, metadata: { order: id } }),
    );
    await stage.storage.notifications.insertMany(rows);
    for (const { id, userId, idempotencyKey, relatedContact, metadata } of rows) {
      const stored = await get(stage, id);
      equal(
        [stored.id, stored.userId, stored.idempotencyKey, stored.relatedContact, stored.metadata],
        [id, userId, idempotencyKey, relatedContact, metadata],
      );
    }
  });

  test("keys such as __proto__ stay data", async (stage) => {
    const metadata = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}');
    const row = draft({ metadata });
    await stage.storage.notifications.insertMany([row]);
    const stored = await get(stage, row.id);
    ok(Object.hasOwn(stored.metadata ?? {}, "__proto__"), "the key is kept");
    equal(({} as Record<string, unknown>).polluted, undefined);
  });
}
