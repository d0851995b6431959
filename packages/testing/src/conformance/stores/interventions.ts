import type { InterventionAction, Move, NewIntervention } from "@callboard/core/adapter";
import { awkwardTexts } from "./awkward-texts.js";
import { draft, drafts, get, moveTo, type Stage, transition, waiting } from "./stage.js";

export function interventionConformance<Tx>({ runner: { equal, ok, rejects }, test }: Stage<Tx>): void {
  test("settle() keeps what was decided with the step that it caused", async (stage) => {
    const { notifications } = stage.storage;
    const row = draft();
    await notifications.insertMany([row]);
    await stage.advance(5_000);
    const moved = await notifications.settle([cancelling(row.id, { reason: "It was a test.", by: "ops-1" })]);
    equal(
      moved.map(({ id, status }) => [id, status]),
      [[row.id, "cancelled"]],
    );
    const { createdAt } = await get(stage, row.id);
    const [{ at, ...kept } = { at: createdAt }, ...others] = await notifications.interventionsOf([row.id]);
    const story = { action: "cancelled", from: "pending", to: "cancelled", reason: "It was a test." };
    equal([kept, others], [{ notificationId: row.id, ...story, by: "ops-1" }, []]);
    ok(at.getTime() - createdAt.getTime() >= 5_000, "it has the time at which it was decided");
  });

  test("settle() keeps no decision about a row that it leaves, and none that nobody made", async (stage) => {
    const { notifications } = stage.storage;
    const [taken, undecided, left] = drafts(3) as [Row, Row, Row];
    await notifications.insertMany([taken, undecided, left]);
    await moveTo(notifications, left, transition("expired"));
    const moves = [
      cancelling(left.id, { reason: "left" }),
      cancelling(taken.id, { reason: "taken" }),
      { id: undecided.id, from: waiting, transition: transition("expired") },
    ];
    equal((await notifications.settle(moves)).length, 2);
    const kept = await notifications.interventionsOf([taken.id, undecided.id, left.id]);
    equal(
      kept.map(({ notificationId, reason }) => [notificationId, reason]),
      [[taken.id, "taken"]],
    );
    equal(await notifications.settle([cancelling(taken.id, { reason: "again" })]), []);
    equal((await notifications.interventionsOf([taken.id])).length, 1);
  });

  test("settle() keeps each decision of one call with its own row", async ({
    storage: { notifications },
  }) => {
    const actions: readonly InterventionAction[] = [
      "cancelled",
      "superseded",
      "condition",
      "unwanted",
      "replayed",
      "resolved",
    ];
    const rows = drafts(500);
    await notifications.insertMany(rows);
    const decisions = rows.map(
      (_, index): NewIntervention => ({
        action: actions[index % actions.length] ?? "cancelled",
        reason: `reason ${index}`,
        by: index % 2 === 0 ? null : `person-${index}`,
      }),
    );
    const moves = rows.map(({ id }, index) => cancelling(id, decisions[index]));
    equal((await notifications.settle(moves)).length, rows.length);
    for (const index of [0, 1, 2, 3, 4, 499]) {
      const kept = await notifications.interventionsOf([rows[index]?.id ?? ""]);
      equal(
        kept.map(({ action, reason, by }) => ({ action, reason, by })),
        [decisions[index]],
      );
    }
  });

  test("settle() by several callers at once moves a row once, and keeps the decision of the one who did", async ({
    storage: { notifications },
  }) => {
    const rows = drafts(10);
    await notifications.insertMany(rows);
    const callers = ["ada", "grace", "mary", "joan", "radia"];
    const answers = await Promise.all(
      callers.map((by) => notifications.settle(rows.map(({ id }) => cancelling(id, { by })))),
    );
    for (const { id } of rows) {
      const winners = callers.filter((_, index) => answers[index]?.some((moved) => moved.id === id));
      equal(winners.length, 1);
      equal(
        (await notifications.interventionsOf([id])).map(({ by }) => by),
        winners,
      );
    }
  });

  test("settle() in a transaction that rolls back leaves neither the step nor the decision", async (stage) => {
    const { notifications } = stage.storage;
    const row = draft();
    await notifications.insertMany([row]);
    const before = await get(stage, row.id);
    const failing = () =>
      stage.storage.transaction(async (transaction) => {
        equal((await notifications.settle([cancelling(row.id)], { transaction })).length, 1);
        throw new RangeError("the host changed its mind");
      });
    await rejects(failing, { name: "RangeError" });
    equal(await get(stage, row.id), before);
    equal(await notifications.interventionsOf([row.id]), []);
    equal((await notifications.settle([cancelling(row.id)])).length, 1);
  });

  test("settle() in a transaction that commits has taken the step and kept the decision", async (stage) => {
    const { notifications } = stage.storage;
    const row = draft();
    await stage.storage.transaction(async (transaction) => {
      await notifications.insertMany([row], { transaction });
      const moved = await notifications.settle([cancelling(row.id)], { transaction });
      equal(
        moved.map(({ id }) => id),
        [row.id],
      );
    });
    equal((await get(stage, row.id)).status, "cancelled");
    equal((await notifications.interventionsOf([row.id])).length, 1);
  });

  test("interventionsOf() gives decisions oldest first, those of one moment included", async ({
    storage: { notifications },
    advance,
  }) => {
    const row = draft();
    await notifications.insertMany([row]);
    const reasons = Array.from({ length: 12 }, (_, index) => `decision ${index}`);
    for (const [index, reason] of reasons.entries()) {
      const [status, next] =
        index % 2 === 0 ? (["pending", "failed"] as const) : (["failed", "pending"] as const);
      const move = { id: row.id, from: { ...waiting, status }, transition: transition(next) };
      await notifications.settle([{ ...move, intervention: { action: "resolved", reason, by: null } }]);
      if (index === 5) await advance(1_000);
    }
    const kept = await notifications.interventionsOf([row.id]);
    equal(
      kept.map(({ reason }) => reason),
      reasons,
    );
    equal(
      kept.slice(0, 2).map(({ from, to }) => [from, to]),
      [
        ["pending", "failed"],
        ["failed", "pending"],
      ],
    );
  });

  test("interventionsOf() of notifications that nobody decided about gives nothing", async ({
    storage: { notifications },
  }) => {
    const [decided, other] = [draft(), draft()];
    await notifications.insertMany([decided, other]);
    await notifications.settle([cancelling(decided.id)]);
    equal(await notifications.interventionsOf([other.id, "nobody's"]), []);
    equal(await notifications.interventionsOf([]), []);
  });

  test("settle() keeps reasons and names to the letter, whatever is in them", async ({
    storage: { notifications },
  }) => {
    const rows = awkwardTexts.map(() => draft());
    await notifications.insertMany(rows);
    await notifications.settle(
      rows.map(({ id }, index) =>
        cancelling(id, { reason: awkwardTexts[index] ?? "", by: awkwardTexts[index] ?? "" }),
      ),
    );
    for (const [index, { id }] of rows.entries()) {
      const [kept] = await notifications.interventionsOf([id]);
      equal([kept?.reason, kept?.by], [awkwardTexts[index], awkwardTexts[index]]);
    }
  });

  test("settle() stamps the last replay, and no other step does", async (stage) => {
    const { notifications } = stage.storage;
    const row = draft();
    await notifications.insertMany([row]);
    const fail = () => moveTo(notifications, row, transition("failed"));
    const replay = async () => {
      const again = transition("pending", { dueInMs: 0, replayed: true });
      await notifications.settle([{ id: row.id, from: { ...waiting, status: "failed" }, transition: again }]);
    };
    const replayedAt = async () => (await get(stage, row.id)).replayedAt;
    await fail();
    equal(await replayedAt(), null);
    await stage.advance(1_000);
    await replay();
    const first = await replayedAt();
    const { failedAt } = await get(stage, row.id);
    ok(first && failedAt && first.getTime() - failedAt.getTime() >= 1_000, "it is stamped now");
    await stage.advance(1_000);
    await fail();
    equal(await replayedAt(), first);
    await replay();
    const second = await replayedAt();
    ok(first && second && second.getTime() - first.getTime() >= 1_000, "it is the last one");
  });
}

type Row = ReturnType<typeof draft>;

/** A decision that a waiting notification is not wanted any more. */
function cancelling(id: string, changes: Partial<NewIntervention> = {}): Move {
  return {
    id,
    from: waiting,
    transition: transition("cancelled"),
    intervention: { action: "cancelled", reason: "Not wanted any more.", by: null, ...changes },
  };
}
