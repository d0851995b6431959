import type { NewBatch, SkippedRecipient, SkipReason } from "@callboard/core/adapter";
import { awkwardTexts } from "./awkward-texts.js";
import { call, draft, get, type Stage, type StorageUnderTest } from "./stage.js";

const reasons: readonly SkipReason[] = [
  "unknown-user",
  "inactive",
  "no-contact",
  "opted-out",
  "unreachable",
  "missing-value",
  "unsendable",
  "duplicate",
];

/** What names that a database might take for one have in common. */
const toldApart = ["ada", "Ada", "ada ", " ada", "ad\u00e1", "ada\u0301"];

export function batchConformance<Tx>({ runner: { equal, ok, rejects }, test }: Stage<Tx>): void {
  test("saveBatch() notes a call, and batch() gives it back with its time", async (stage) => {
    const { notifications } = stage.storage;
    const row = draft();
    await notifications.insertMany([row]);
    await stage.advance(5_000);
    const calls = [
      call({ namedUsers: 3, idempotencyKey: "evt-1", cancelKey: "order-1" }),
      call({ groupNames: ["Sales Team", "System Admins"], templateVersion: 7 }),
      call({ groupNames: [], origin: { type: "event", name: "orderCreated", id: "evt-1" } }),
      call({ origin: { type: "job", name: "report", slot: "2026-01-01T00:00:00.000Z" } }),
    ];
    for (const one of calls) await notifications.saveBatch(one);
    const { createdAt: before } = await get(stage, row.id);
    for (const one of calls) {
      const { createdAt, ...noted } = (await notifications.batch(one.id)) ?? { createdAt: before };
      equal(noted, one);
      ok(createdAt.getTime() - before.getTime() >= 5_000, "it has the time at which it was noted");
    }
  });

  test("saveBatch() of a batch that is there leaves it as it is", async ({ storage, advance }) => {
    const { notifications } = storage;
    const first = call();
    await notifications.saveBatch(first);
    const before = await notifications.batch(first.id);
    await advance(1_000);
    await notifications.saveBatch({ ...first, template: "invoice", namedUsers: 9 });
    equal(await notifications.batch(first.id), before);
  });

  test("saveBatch() of one batch by several callers at once keeps what one of them noted", async ({
    storage: { notifications },
  }) => {
    const { id } = call();
    const calls = Array.from({ length: 8 }, (_, index) =>
      call({ id, namedUsers: index, template: `template-${index}` }),
    );
    await Promise.all(calls.map((one) => notifications.saveBatch(one)));
    const kept = await notifications.batch(id);
    ok(kept && kept.template === `template-${kept.namedUsers}`, "all of it is from one caller");
    for (const one of calls) await notifications.saveBatch(one);
    equal(await notifications.batch(id), kept);
  });

  test("saveBatch() keeps text to the letter, whatever is in it", async ({ storage: { notifications } }) => {
    for (const text of awkwardTexts) {
      const named: Partial<NewBatch> = { groupNames: [text], idempotencyKey: text, cancelKey: text };
      const one = call({ ...named, origin: { type: "event", name: text, id: text } });
      await notifications.saveBatch(one);
      const noted = await notifications.batch(one.id);
      equal(noted && { ...one, createdAt: noted.createdAt }, noted);
    }
  });

  test("batch() gives null for an id that no batch has to the letter", async ({
    storage: { notifications },
  }) => {
    await notifications.saveBatch(call({ id: "batch-of-ada" }));
    for (const id of ["batch-of-grace", "Batch-of-ada", "batch-of-ada ", ""]) {
      equal([id, await notifications.batch(id)], [id, null]);
    }
  });

  test("saveSkipped() notes who is not told, and why", async (stage) => {
    const { notifications } = stage.storage;
    const [one, other] = await noted(stage, 2);
    const people = reasons.map((reason) => skip(`user-${reason}`, reason));
    await notifications.saveSkipped(one, people);
    for (const person of people) {
      const { userId } = person;
      equal(await notifications.skipped({ batchId: one, userId }), person);
      equal(await notifications.skipped({ batchId: other, userId }), null);
    }
    equal(await notifications.skipped({ batchId: one, userId: "ada" }), null);
  });

  test("saveSkipped() of nobody notes nobody", async (stage) => {
    const [batchId] = await noted(stage, 1);
    await stage.storage.notifications.saveSkipped(batchId, []);
    equal(await stage.storage.notifications.skipped({ batchId, userId: "ada" }), null);
  });

  test("saveSkipped() leaves whoever is noted already, and notes the others", async (stage) => {
    const { notifications } = stage.storage;
    const [batchId] = await noted(stage, 1);
    const [first, second, grace] = [
      skip("ada", "inactive"),
      skip("ada", "opted-out", "Ask her."),
      skip("grace"),
    ];
    await notifications.saveSkipped(batchId, [first]);
    await notifications.saveSkipped(batchId, [grace, second]);
    equal(await notifications.skipped({ batchId, userId: "ada" }), first);
    equal(await notifications.skipped({ batchId, userId: "grace" }), grace);
  });

  test("saveSkipped() takes a thousand people at once", async (stage) => {
    const { notifications } = stage.storage;
    const [batchId] = await noted(stage, 1);
    const people = Array.from({ length: 1_000 }, (_, index) => skip(`user-${index}`));
    await notifications.saveSkipped(batchId, people);
    for (const person of [people[0], people[499], people[999]]) {
      equal(await notifications.skipped({ batchId, userId: person?.userId ?? "" }), person);
    }
  });

  test("saveSkipped() by several callers at once keeps what one of them noted of each person", async (stage) => {
    const { notifications } = stage.storage;
    const [batchId] = await noted(stage, 1);
    const ids = Array.from({ length: 20 }, (_, index) => `user-${index}`);
    const hints = ["first", "second", "third", "fourth"];
    await Promise.all(
      hints.map((hint, index) => {
        const people = ids.map((userId) => skip(userId, "inactive", hint));
        return notifications.saveSkipped(batchId, index % 2 === 0 ? people : people.toReversed());
      }),
    );
    for (const userId of ids) {
      const kept = await notifications.skipped({ batchId, userId });
      ok(kept && hints.includes(kept.hint), `${userId} is noted`);
    }
  });

  test("saveSkipped() tells people apart by case, accents and spaces at either end", async (stage) => {
    const { notifications } = stage.storage;
    const [batchId] = await noted(stage, 1);
    const people = toldApart.map((userId, index) => skip(userId, "inactive", `hint ${index}`));
    await notifications.saveSkipped(batchId, people);
    for (const person of people) {
      equal(await notifications.skipped({ batchId, userId: person.userId }), person);
    }
    equal(await notifications.skipped({ batchId, userId: "ADA" }), null);
  });

  test("saveSkipped() keeps text to the letter, whatever is in it", async (stage) => {
    const { notifications } = stage.storage;
    const [batchId] = await noted(stage, 1);
    const long = "The template prints a value that is not known. ".repeat(50);
    const people = [
      ...awkwardTexts.map((text) => skip(text, "unsendable", text)),
      skip("long", "inactive", long),
    ];
    await notifications.saveSkipped(batchId, people);
    for (const person of people) {
      equal(await notifications.skipped({ batchId, userId: person.userId }), person);
    }
  });

  test("discardBatch() takes back what was noted of one batch, and nothing of another", async (stage) => {
    const { notifications } = stage.storage;
    const [kept, discarded] = [call(), call()];
    await stage.storage.transaction(async (transaction) => {
      for (const one of [kept, discarded]) {
        await notifications.saveBatch(one, { transaction });
        await notifications.saveSkipped(one.id, [skip("ada")], { transaction });
      }
      await notifications.discardBatch(discarded.id, { transaction });
    });
    equal((await notifications.batch(kept.id))?.id, kept.id);
    equal(await notifications.batch(discarded.id), null);
    equal(await notifications.skipped({ batchId: kept.id, userId: "ada" }), skip("ada"));
    equal(await notifications.skipped({ batchId: discarded.id, userId: "ada" }), null);
  });

  test("a call is noted with a transaction that commits, and not with one that rolls back", async ({
    storage,
  }) => {
    const { notifications } = storage;
    const one = call();
    const note = (thenFail: boolean) => () =>
      storage.transaction(async (transaction) => {
        await notifications.saveBatch(one, { transaction });
        await notifications.saveSkipped(one.id, [skip("ada")], { transaction });
        if (thenFail) throw new RangeError("the host changed its mind");
      });
    const told = async () => [
      (await notifications.batch(one.id))?.id,
      await notifications.skipped({ batchId: one.id, userId: "ada" }),
    ];
    await rejects(note(true), { name: "RangeError" });
    equal(await told(), [undefined, null]);
    await note(false)();
    equal(await told(), [one.id, skip("ada")]);
  });
}

function skip(userId: string, reason: SkipReason = "inactive", hint = "Switch them on."): SkippedRecipient {
  return { userId, reason, hint };
}

/** The ids of so many calls that were noted. */
async function noted<Tx>({ storage }: StorageUnderTest<Tx>, count: 1 | 2): Promise<[string, string]> {
  const calls = [call(), call()] as const;
  for (const one of calls.slice(0, count)) await storage.notifications.saveBatch(one);
  return [calls[0].id, calls[1].id];
}
