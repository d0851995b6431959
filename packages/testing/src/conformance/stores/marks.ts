import type { NewTemplateVersion } from "@callboard/core/adapter";
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

export function recurringStoreConformance<Tx>({ runner: { equal, rejects }, test }: Stage<Tx>): void {
  const slot = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour));

  test("claimSlot() gives each slot to one caller, and none before the last", async ({
    storage: { recurring },
  }) => {
    const claims = await Promise.all(Array.from({ length: 6 }, () => recurring.claimSlot("report", slot(2))));
    equal(claims.filter(Boolean).length, 1);
    equal(await recurring.claimSlot("report", slot(1)), false);
    equal(await recurring.claimSlot("report", slot(3)), true);
    equal(await recurring.claimSlot("other", slot(1)), true);
  });

  test("claimSlot() in a transaction that rolls back leaves the slot to the next", async ({ storage }) => {
    const failing = () =>
      storage.transaction(async (transaction) => {
        equal(await storage.recurring.claimSlot("report", slot(1), { transaction }), true);
        throw new RangeError("the job failed");
      });
    await rejects(failing, { name: "RangeError" });
    equal(await storage.recurring.claimSlot("report", slot(1)), true);
  });
}
