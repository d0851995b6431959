import type { NewTemplateVersion, RecurringStore } from "@callboard/core/adapter";
import type { Stage } from "./stage.js";

const words = (name: string, body: string): NewTemplateVersion => ({
  name,
  body,
  buttons: [{ type: "reply", id: "ack", label: "OK" }],
  channels: { whatsapp: { category: "UTILITY" } },
  contentHash: `hash of ${body}`,
});

export function templateStoreConformance<Tx>({ runner: { equal }, test }: Stage<Tx>): void {
  test("publish() counts versions, and leaves words alone that are published", async ({
    storage: { templates },
  }) => {
    const one = words("order", "one");
    equal(await templates.publish([one]), [{ name: "order", version: 1, change: "created" }]);
    equal(await templates.publish([one]), [{ name: "order", version: 1, change: "unchanged" }]);
    equal(await templates.publish([words("order", "two"), words("invoice", "one")]), [
      { name: "order", version: 2, change: "changed" },
      { name: "invoice", version: 1, change: "created" },
    ]);
    equal(await templates.publish([one]), [{ name: "order", version: 3, change: "changed" }]);
  });

  test("published() gives the newest words of each name that has any", async ({ storage: { templates } }) => {
    await templates.publish([words("order", "one")]);
    await templates.publish([words("order", "two")]);
    const [order, ...others] = await templates.published(["order", "never"]);
    const { createdAt, ...rest } = order ?? { createdAt: null };
    equal([rest, others], [{ ...words("order", "two"), version: 2 }, []]);
    equal(createdAt instanceof Date, true);
  });

  test("publish() of the same words by several processes at once writes one version", async ({
    storage: { templates },
  }) => {
    const reports = await Promise.all(
      Array.from({ length: 4 }, () => templates.publish([words("order", "one")])),
    );
    equal(
      reports.flat().map(({ version }) => version),
      [1, 1, 1, 1],
    );
    equal(reports.flat().filter(({ change }) => change === "created").length, 1);
  });
}

export function pauseStoreConformance<Tx>({ runner: { equal }, test }: Stage<Tx>): void {
  const whole = { channel: "whatsapp", template: null };

  test("pause() holds until its time has run out, and is listed until it is resumed", async ({
    storage: { pauses },
    advance,
  }) => {
    await pauses.pause({ ...whole, reason: "token expired", forMs: 1_000 });
    const holds = async () => (await pauses.list()).map((pause) => [pause.reason, pause.holds]);
    equal(await holds(), [["token expired", true]]);
    await advance(1_000);
    equal(await holds(), [["token expired", false]]);
    equal([await pauses.resume(whole), await pauses.resume(whole)], [true, false]);
    equal(await pauses.list(), []);
  });

  test("pause() of what is paused gives it a new reason and time", async ({
    storage: { pauses },
    advance,
  }) => {
    equal(await pauses.pause({ ...whole, reason: "token expired", forMs: 1_000 }), true);
    equal(await pauses.pause({ ...whole, reason: "account locked", forMs: 2_000 }), false);
    await advance(1_000);
    equal(
      (await pauses.list()).map(({ reason, holds }) => [reason, holds]),
      [["account locked", true]],
    );
    await advance(1_000);
    equal(await pauses.pause({ ...whole, reason: "still locked", forMs: 1_000 }), false);
  });

  test("pause() tells one of many callers that it was the first", async ({ storage: { pauses } }) => {
    const first = await Promise.all(
      Array.from({ length: 5 }, () => pauses.pause({ ...whole, reason: "x", forMs: 1_000 })),
    );
    equal(first.filter(Boolean).length, 1);
  });

  test("pause() of a template and of its channel are two things", async ({ storage: { pauses } }) => {
    equal(await pauses.pause({ ...whole, reason: "x", forMs: 1_000 }), true);
    equal(await pauses.pause({ channel: "whatsapp", template: "order", reason: "y", forMs: 1_000 }), true);
    equal(await pauses.resume(whole), true);
    equal(
      (await pauses.list()).map(({ template }) => template),
      ["order"],
    );
  });
}

export function probeConformance<Tx>({ runner: { equal }, test }: Stage<Tx>): void {
  const whole = { channel: "whatsapp", template: null };
  const order = { channel: "whatsapp", template: "order" };

  test("takeProbe() of a pause that has run out makes it hold for so long again", async ({
    storage: { pauses },
    advance,
  }) => {
    await pauses.pause({ ...whole, reason: "token expired", forMs: 1_000 });
    const holds = async () => (await pauses.list()).map((pause) => [pause.reason, pause.holds]);
    await advance(5_000);
    equal(await pauses.takeProbe(whole, { forMs: 2_000 }), true);
    equal(await holds(), [["token expired", true]]);
    await advance(1_999);
    equal(await holds(), [["token expired", true]]);
    await advance(1);
    equal(await holds(), [["token expired", false]]);
    equal(await pauses.takeProbe(whole, { forMs: 2_000 }), true);
  });

  test("takeProbe() gives a pause that has run out to one of many callers", async ({
    storage: { pauses },
    advance,
  }) => {
    await pauses.pause({ ...whole, reason: "token expired", forMs: 1_000 });
    for (let round = 0; round < 3; round += 1) {
      await advance(1_000);
      const probes = await Promise.all(
        Array.from({ length: 6 }, () => pauses.takeProbe(whole, { forMs: 1_000 })),
      );
      equal(probes.filter(Boolean).length, 1);
    }
  });

  test("takeProbe() of a pause that holds, or of what is not paused, changes nothing", async ({
    storage: { pauses },
    advance,
  }) => {
    equal(await pauses.takeProbe(whole, { forMs: 5_000 }), false);
    equal(await pauses.list(), []);
    await pauses.pause({ ...whole, reason: "token expired", forMs: 1_000 });
    const before = await pauses.list();
    await advance(999);
    equal(await pauses.takeProbe(whole, { forMs: 5_000 }), false);
    equal(await pauses.list(), before);
  });

  test("takeProbe() of a template and of its channel are two things", async ({
    storage: { pauses },
    advance,
  }) => {
    for (const scope of [whole, order, { ...order, channel: "email" }]) {
      await pauses.pause({ ...scope, reason: "x", forMs: 1_000 });
    }
    await advance(1_000);
    const held = async () =>
      (await pauses.list()).flatMap(({ channel, template, holds }) => (holds ? [[channel, template]] : []));
    equal(await pauses.takeProbe(order, { forMs: 1_000 }), true);
    equal(await held(), [["whatsapp", "order"]]);
    equal(await pauses.takeProbe({ ...whole, channel: "email" }, { forMs: 1_000 }), false);
    equal(await pauses.takeProbe(whole, { forMs: 2_000 }), true);
    await advance(1_000);
    equal(await held(), [["whatsapp", null]]);
  });
}

const claimed = { type: "claimed" };
const over = { type: "over" };

export function recurringStoreConformance<Tx>({ runner: { equal, rejects }, test }: Stage<Tx>): void {
  const slot = (hour: number) => new Date(Date.UTC(2025, 0, 1, hour));

  test("claimSlot() gives each slot to one caller, and none before the last", async ({
    storage: { recurring },
  }) => {
    const claims = await Promise.all(Array.from({ length: 6 }, () => recurring.claimSlot("report", slot(2))));
    equal(claims.map(({ type }) => type).sort(), ["claimed", ...Array.from({ length: 5 }, () => "over")]);
    equal(await recurring.claimSlot("report", slot(1)), over);
    equal(await recurring.claimSlot("report", slot(3)), claimed);
    equal(await recurring.claimSlot("other", slot(1)), claimed);
  });

  test("claimSlot() in a transaction that rolls back leaves the slot to the next", async ({ storage }) => {
    const failing = () =>
      storage.transaction(async (transaction) => {
        equal(await storage.recurring.claimSlot("report", slot(1), { transaction }), claimed);
        throw new RangeError("the job failed");
      });
    await rejects(failing, { name: "RangeError" });
    equal(await storage.recurring.claimSlot("report", slot(1)), claimed);
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
    equal(await recurring.claimSlot("report", inAnHour), { type: "ahead", dueInMs: 3_600_000 });
    equal(await recurring.claimSlot("report", await slotIn(recurring, 0)), claimed);
    await advance(3_590_000);
    equal(await recurring.claimSlot("report", inAnHour), { type: "ahead", dueInMs: 10_000 });
    equal(await recurring.claimSlot("report", await slotIn(recurring, 0)), claimed);
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
    equal(await storage.transaction(claim), claimed);
    equal(await storage.transaction(claim), over);
  });
}
