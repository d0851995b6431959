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

  test("versions() gives words by name and number, whether they are published or not any more", async ({
    storage,
  }) => {
    const { templates } = storage;
    await templates.publish([words("order", "one"), words("invoice", "one")]);
    await templates.publish([words("order", "two")]);
    const key = (name: string, version: number) => ({ name, version });
    const wanted = [key("order", 1), key("invoice", 1), key("order", 1)];
    const unknown = [key("order", 3), key("order", 0), key("invoice", 2), key("Order", 1)];
    const found = await templates.versions([...wanted, ...unknown]);
    equal(
      found
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ createdAt, ...rest }) => [createdAt instanceof Date, rest]),
      [
        [true, { ...words("invoice", "one"), version: 1 }],
        [true, { ...words("order", "one"), version: 1 }],
      ],
    );
    const [second] = await storage.transaction((transaction) =>
      templates.versions([key("order", 2)], { transaction }),
    );
    equal([second?.body, await templates.versions([])], ["two", []]);
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
