import type { KeptWebhook } from "@callboard/core/adapter";
import { awkwardTexts } from "./awkward-texts.js";
import type { Stage } from "./stage.js";

const hash = (index: number) => String(index).padStart(64, "0");

const webhook = (index: number, changes: Partial<KeptWebhook> = {}): KeptWebhook => ({
  channel: "whatsapp",
  hash: hash(index),
  body: `{"entry":[${index}]}`,
  ...changes,
});

const anything = { limit: 100, leaseMs: 60_000 };

export function webhookConformance<Tx>({ runner: { equal }, test }: Stage<Tx>): void {
  test("keep() keeps a body once, however often and at whatever time it comes, until it is finished", async ({
    storage: { webhooks },
    advance,
  }) => {
    await Promise.all(Array.from({ length: 20 }, () => webhooks.keep(webhook(1))));
    equal(await webhooks.claim(anything), [webhook(1)]);
    await webhooks.keep(webhook(1));
    equal(await webhooks.claim(anything), []);
    await webhooks.finish([webhook(1)]);
    await advance(60_000);
    equal(await webhooks.claim(anything), []);
    await webhooks.keep(webhook(1));
    equal(await webhooks.claim(anything), [webhook(1)]);
  });

  test("keep() keeps bodies of three megabytes, to the letter, whatever is in them", async ({
    storage: { webhooks },
  }) => {
    const body = `${awkwardTexts.join(" ")}${"\\u00e9 ".repeat(420_000)}`;
    await webhooks.keep(webhook(1, { body }));
    const [kept] = await webhooks.claim(anything);
    equal(kept?.body === body, true);
  });

  test("claim() hands out bodies in the order in which they came, up to its limit", async ({
    storage: { webhooks },
    advance,
  }) => {
    for (const index of [3, 1, 2]) {
      await webhooks.keep(webhook(index));
      await advance(1);
    }
    await webhooks.keep(webhook(5));
    await webhooks.keep(webhook(4));
    equal(await webhooks.claim({ ...anything, limit: 2 }), [webhook(3), webhook(1)]);
    equal(await webhooks.claim(anything), [webhook(2), webhook(5), webhook(4)]);
  });

  test("claim() gives each body to one of 20 racing callers, and leaves none", async ({
    storage: { webhooks },
    advance,
  }) => {
    for (let index = 0; index < 10; index += 1) await webhooks.keep(webhook(index));
    for (const round of ["first", "again"]) {
      const claims = await Promise.all(
        Array.from({ length: 20 }, () => webhooks.claim({ limit: 2, leaseMs: 1_000 })),
      );
      const given = claims.flat().map((one) => one.hash);
      const left = await webhooks.claim({ limit: 100, leaseMs: 1_000 });
      equal(
        [round, [...given, ...left.map((one) => one.hash)].toSorted()],
        [round, Array.from({ length: 10 }, (_, index) => hash(index))],
      );
      await advance(1_000);
    }
  });

  test("claim() gives a body to nobody else for as long as it is leased", async ({
    storage: { webhooks },
    advance,
  }) => {
    await webhooks.keep(webhook(1));
    equal((await webhooks.claim({ limit: 1, leaseMs: 2_000 })).length, 1);
    await advance(1_999);
    equal(await webhooks.claim(anything), []);
    await advance(1);
    equal(await webhooks.claim(anything), [webhook(1)]);
  });

  test("claim() of one hash hands out that body alone, and to one of 20 racing callers", async ({
    storage: { webhooks },
  }) => {
    for (const index of [1, 2, 3]) await webhooks.keep(webhook(index));
    const claims = await Promise.all(
      Array.from({ length: 20 }, () => webhooks.claim({ ...anything, hash: hash(2) })),
    );
    equal(claims.flat(), [webhook(2)]);
    equal(await webhooks.claim({ ...anything, hash: hash(404) }), []);
    equal(await webhooks.claim(anything), [webhook(1), webhook(3)]);
  });

  test("finish() deletes these bodies, and those of the same hash on other channels stay", async ({
    storage: { webhooks },
    advance,
  }) => {
    const bodies = [webhook(1), webhook(2), webhook(3), webhook(1, { channel: "sms" })];
    for (const body of bodies) {
      await webhooks.keep(body);
      await advance(1);
    }
    equal(await webhooks.claim(anything), bodies);
    await webhooks.finish([webhook(1), webhook(3), webhook(404)]);
    await webhooks.finish([]);
    await advance(60_000);
    equal(await webhooks.claim(anything), [webhook(2), webhook(1, { channel: "sms" })]);
  });
}
