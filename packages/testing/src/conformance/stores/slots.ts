import type { RecurringStore, SlotClaim } from "@callboard/core/adapter";
import type { Stage } from "./stage.js";

const over = { type: "over" };

/** Where the mark stood, when the slot was claimed; otherwise what the claim says instead. */
function markBefore(claim: SlotClaim): unknown {
  return claim.type === "claimed" ? claim.previous : claim;
}

export function recurringStoreConformance<Tx>({ runner: { equal, rejects }, test }: Stage<Tx>): void {
  const slot = (hour: number) => new Date(Date.UTC(2025, 0, 1, hour));
  const typesOf = (claims: readonly SlotClaim[]) => claims.map(({ type }) => type).sort();

  test("claimSlot() gives each slot to one caller, and none before the last", async ({
    storage: { recurring },
  }) => {
    const claims = await Promise.all(Array.from({ length: 6 }, () => recurring.claimSlot("report", slot(2))));
    equal(typesOf(claims), ["claimed", ...Array.from({ length: 5 }, () => "over")]);
    equal(await recurring.claimSlot("report", slot(1)), over);
    equal(typesOf([await recurring.claimSlot("report", slot(3))]), ["claimed"]);
    equal(typesOf([await recurring.claimSlot("other", slot(1))]), ["claimed"]);
  });

  test("claimSlot() says where the mark of the job stood, and null of a job that never ran", async ({
    storage: { recurring },
  }) => {
    equal(markBefore(await recurring.claimSlot("report", slot(1))), null);
    equal(markBefore(await recurring.claimSlot("report", slot(4))), slot(1));
    equal(await recurring.claimSlot("report", slot(2)), over);
    await recurring.claimSlot("report", new Date(Date.UTC(2100, 0, 1)));
    equal(markBefore(await recurring.claimSlot("other", slot(5))), null);
    equal(markBefore(await recurring.claimSlot("report", slot(6))), slot(4));
  });

  test("claimSlot() by callers who race for slots of their own leaves none to two of them, and none to nobody", async ({
    storage: { recurring },
  }) => {
    const slots = [4, 1, 6, 3, 5, 2].map(slot);
    const claims = await Promise.all(slots.map((one) => recurring.claimSlot("report", one)));
    const moves = slots.flatMap((to, index) => {
      const claim = claims[index];
      return claim?.type === "claimed" ? [{ from: claim.previous, to }] : [];
    });
    moves.sort((one, other) => one.to.getTime() - other.to.getTime());
    equal(
      moves.map(({ from }) => from),
      [null, ...moves.slice(0, -1).map(({ to }) => to)],
    );
    equal(moves.at(-1)?.to, slot(6));
  });

  test("claimSlot() in a transaction that rolls back leaves the mark where it stood, and the slot to the next", async ({
    storage,
  }) => {
    await storage.recurring.claimSlot("report", slot(1));
    const failing = () =>
      storage.transaction(async (transaction) => {
        const claim = await storage.recurring.claimSlot("report", slot(2), { transaction });
        equal(markBefore(claim), slot(1));
        throw new RangeError("the job failed");
      });
    await rejects(failing, { name: "RangeError" });
    equal(markBefore(await storage.recurring.claimSlot("report", slot(2))), slot(1));
  });

  test("claimSlot() in a transaction that rolls back leaves a job that never ran one that never ran", async ({
    storage,
  }) => {
    const failing = () =>
      storage.transaction(async (transaction) => {
        await storage.recurring.claimSlot("report", slot(1), { transaction });
        throw new RangeError("the job failed");
      });
    await rejects(failing, { name: "RangeError" });
    equal(markBefore(await storage.recurring.claimSlot("report", slot(1))), null);
  });
}

export function slotsAheadConformance<Tx>({ runner: { equal, ok }, test }: Stage<Tx>): void {
  /** So long from now by the store's clock, which it tells by how far off a slot in a distant year is. */
  async function slotIn(recurring: RecurringStore<Tx>, ms: number): Promise<Date> {
    const distant = Date.UTC(2100, 0, 1);
    const claim = await recurring.claimSlot("a look at the clock", new Date(distant));
    ok(claim.type === "ahead", `claimSlot() of a slot in the year 2100 is ${claim.type}`);
    return new Date(claim.type === "ahead" ? distant - claim.dueInMs + ms : distant);
  }

  test("claimSlot() of a slot that is ahead says when it comes, and takes no slot before it from anybody", async ({
    storage: { recurring },
    advance,
  }) => {
    const inAnHour = await slotIn(recurring, 3_600_000);
    const now = await slotIn(recurring, 0);
    equal(await recurring.claimSlot("report", inAnHour), { type: "ahead", dueInMs: 3_600_000 });
    equal(markBefore(await recurring.claimSlot("report", now)), null);
    await advance(3_590_000);
    equal(await recurring.claimSlot("report", inAnHour), { type: "ahead", dueInMs: 10_000 });
    equal(markBefore(await recurring.claimSlot("report", await slotIn(recurring, 0))), now);
  });

  test("claimSlot() says for how long a slot has been due, by the store's clock", async ({
    storage: { recurring },
    advance,
  }) => {
    const inAMinute = await slotIn(recurring, 60_000);
    const lateMs = async (slot: Date) => {
      const claim = await recurring.claimSlot("report", slot);
      return claim.type === "claimed" ? claim.lateMs : claim;
    };
    for (const ms of [7_200_001, 0, -999]) equal(await lateMs(await slotIn(recurring, -ms)), ms);
    await advance(90_000);
    equal(await lateMs(inAMinute), 30_000);
  });

  test("claimSlot() gives a slot that was ahead to one caller, from a second before it comes", async ({
    storage: { recurring },
    advance,
  }) => {
    const inAMinute = await slotIn(recurring, 60_000);
    const claims = () =>
      Promise.all(Array.from({ length: 6 }, () => recurring.claimSlot("report", inAMinute)));
    await advance(58_999);
    equal(
      await claims(),
      Array.from({ length: 6 }, () => ({ type: "ahead", dueInMs: 1_001 })),
    );
    await advance(1);
    equal((await claims()).filter(({ type }) => type === "claimed").length, 1);
    equal(await recurring.claimSlot("report", inAMinute), over);
  });

  test("claimSlot() of a slot that is ahead in a transaction leaves it to those who come in time", async ({
    storage,
    advance,
  }) => {
    const inAMinute = await slotIn(storage.recurring, 60_000);
    const claim = (transaction: Tx) => storage.recurring.claimSlot("report", inAMinute, { transaction });
    equal(await storage.transaction(claim), { type: "ahead", dueInMs: 60_000 });
    await advance(60_000);
    equal(markBefore(await storage.transaction(claim)), null);
    equal(await storage.transaction(claim), over);
  });
}
